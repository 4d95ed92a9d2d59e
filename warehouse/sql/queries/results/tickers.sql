-- one row is one ticker with stored bars
select distinct ticker
from raw.bars
order by ticker
