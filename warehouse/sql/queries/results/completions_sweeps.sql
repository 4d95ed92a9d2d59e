-- one row is one sweep
select distinct sweep
from backtest.runs
where role = 'scenario' and sweep is not null
order by sweep
