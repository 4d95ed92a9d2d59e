-- one row is one ticker of raw.bars: what is stored, from which source, since when, until when
-- A ticker has one source at a time; max_by tells the one of its last row should that ever fail to hold.
select
    ticker,
    max_by(source, date) as source,
    min(date) as first_date,
    max(date) as last_date,
    count(*) as rows
from raw.bars
group by ticker
order by ticker
