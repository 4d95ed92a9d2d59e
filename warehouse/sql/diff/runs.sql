-- one row is one scenario that either of two published files was asked for, with the run that it stood for in each
-- `new_asked`: false where the newer file keeps it though nobody asks for it. A file of a version before that could not
-- has no column `asked`: there it is null.
with old_runs as (
    from (from old_file.backtest.runs union all by name select null::boolean as asked where false)
    where role = 'scenario' and asked is not false
),
new_runs as (
    from (from new_file.backtest.runs union all by name select null::boolean as asked where false)
    where role = 'scenario'
    qualify row_number() over (partition by scenario order by asked is not false desc, run_id) = 1
)
select
    coalesce(old_runs.scenario, new_runs.scenario) as scenario,
    old_runs.run_id as old_run, new_runs.run_id as new_run,
    old_runs.status as old_status, new_runs.status as new_status,
    old_runs.parameters as old_parameters, new_runs.parameters as new_parameters,
    old_runs.data as old_data, new_runs.data as new_data,
    old_runs.engine as old_engine, new_runs.engine as new_engine,
    new_runs.error as new_error, new_runs.asked is not false as new_asked
from old_runs
full join new_runs using (scenario)
where old_runs.run_id is not null or new_runs.asked is not false
order by scenario
