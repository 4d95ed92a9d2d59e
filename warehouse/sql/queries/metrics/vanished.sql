-- one row is one run that has metrics but is no finished run of backtest.runs any more
select run_id
from metrics.runs
where run_id not in (select run_id from backtest.runs where status = 'done')
order by run_id
