-- one row is one bar or action that its source left out, of the ticker $ticker, the newest first
select *
from raw.left_out
where ticker = $ticker
order by date desc, kind
limit $limit
