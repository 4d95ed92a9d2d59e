-- one row is one calendar month of one run in which it had at least one close
select months.run_id, runs.scenario, runs.role, months.* exclude (run_id)
from metrics.monthly as months
join backtest.runs as runs using (run_id)
