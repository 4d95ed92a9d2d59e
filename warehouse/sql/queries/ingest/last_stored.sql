-- one row is the last date that is stored of one ticker; null where nothing is
select max(date)
from raw.bars
where ticker = $ticker
