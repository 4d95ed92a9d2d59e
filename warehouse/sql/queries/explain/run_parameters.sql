-- one row is the parameters of one run, as JSON
select parameters
from backtest.runs
where run_id = $run_id
