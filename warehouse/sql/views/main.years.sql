-- one row is one calendar year of one run, from its first day's to its last day's
select years.run_id, runs.scenario, runs.role, years.* exclude (run_id)
from metrics.years as years
join backtest.runs as runs using (run_id)
