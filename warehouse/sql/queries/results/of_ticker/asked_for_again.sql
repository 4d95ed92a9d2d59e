-- one row is one session without a bar that is asked for again, of the ticker $ticker, the newest first
select *
from raw.holes
where ticker = $ticker
order by date desc
limit $limit
