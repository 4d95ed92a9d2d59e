-- one row is one run, in order of its scenario's name; scenarios before twins
select run_id, scenario, role, sweep, status, error, first_date, last_date
from backtest.runs
order by role, scenario, run_id
