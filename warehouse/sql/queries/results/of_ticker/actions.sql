-- one row is one dividend or split that backtests may use, of the ticker $ticker, the newest first
select *
from clean.actions
where ticker = $ticker
order by date desc, kind
limit $limit
