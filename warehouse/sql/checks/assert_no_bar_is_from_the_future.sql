-- one row is one bar that is dated after the day on which it was stored
select ticker, date, source, ingested_at
from raw.bars
where date > (ingested_at + interval 14 hour)::date -- the earliest time zone is that far ahead of UTC
