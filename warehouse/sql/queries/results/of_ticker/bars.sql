-- one row is one bar as its source gave it, of the ticker $ticker, the newest first
select *
from raw.bars
where ticker = $ticker
order by date desc
limit $limit
