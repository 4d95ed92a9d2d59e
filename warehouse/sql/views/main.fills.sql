-- one row is one entry of a run's transaction history: trades, cash, and what was skipped
select fills.run_id, runs.scenario, runs.role, fills.* exclude (run_id)
from backtest.fills as fills
join backtest.runs as runs using (run_id)
