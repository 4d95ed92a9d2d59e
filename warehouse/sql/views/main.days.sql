-- one row is one run's portfolio at one close
select days.run_id, runs.scenario, runs.role, days.* exclude (run_id)
from backtest.portfolio_days as days
join backtest.runs as runs using (run_id)
