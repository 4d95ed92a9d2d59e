-- one row is one bar that backtests may use, of the ticker $ticker, the newest first
select *
from clean.bars
where ticker = $ticker
order by date desc
limit $limit
