-- one row is one scenario of either of two published files, with the run that it stood for in each
select
    coalesce(old_runs.scenario, new_runs.scenario) as scenario,
    old_runs.run_id as old_run, new_runs.run_id as new_run,
    old_runs.status as old_status, new_runs.status as new_status,
    old_runs.parameters as old_parameters, new_runs.parameters as new_parameters,
    old_runs.data as old_data, new_runs.data as new_data,
    old_runs.engine as old_engine, new_runs.engine as new_engine,
    new_runs.error as new_error
from (select * from old_file.backtest.runs where role = 'scenario') as old_runs
full join (select * from new_file.backtest.runs where role = 'scenario') as new_runs using (scenario)
order by scenario
