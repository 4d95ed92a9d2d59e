-- one row is one run, of a scenario or of a twin, with its settings and figures; a run that failed has its reason instead
select
    runs.run_id, runs.scenario, runs.role, runs.sweep, runs.status, runs.error,
    figures.* exclude (run_id, scenario, role, sweep)
from backtest.runs as runs
left join metrics.runs as figures using (run_id)
