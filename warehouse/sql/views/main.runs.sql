-- one row is one run, of a scenario or of a twin, with its settings and figures; a run that failed has its reason instead
select
    runs.* similar to '(run_id|scenario|role|sweep|status|error|asked|keep)',
    figures.* exclude (run_id, scenario, role, sweep)
from backtest.runs as runs
left join metrics.runs as figures on figures.run_id = runs.run_id
