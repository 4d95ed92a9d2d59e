-- one row is one row that was turned away, of the ticker $ticker, the newest first
select *
from clean.rejects
where ticker = $ticker
order by date desc, rule
limit $limit
