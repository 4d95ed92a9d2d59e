-- one row is the last date that is stored of one ticker; null where nothing is
-- A date ahead of the moment at which its row was stored is none, as in stored.sql.
select coalesce(max(date) filter (where date <= (ingested_at + interval 14 hour)::date), max(date))
from raw.bars
where ticker = $ticker
