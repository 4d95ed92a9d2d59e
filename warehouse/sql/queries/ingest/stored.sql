-- one row is one ticker of raw.bars: what is stored, from which source, since when, until when
-- A date ahead of the moment at which its row was stored, in the earliest time zone, is no end: after a bar dated 9999
-- nobody would be asked any more.
-- A ticker has one source at a time; max_by tells the one of its last row should that ever fail to hold.
select
    ticker,
    max_by(source, date) as source,
    min(date) as first_date,
    coalesce(max(date) filter (where date <= (ingested_at + interval 14 hour)::date), max(date)) as last_date,
    count(*) as rows
from raw.bars
group by ticker
order by ticker
