-- one row is the last date that is stored of one ticker; null where nothing is
-- A bar that is dated ahead is no end, as in stored.sql.
select coalesce(max(date) filter (where not ahead), max(date))
from raw.dated_bars
where ticker = $ticker
