-- one row is one run, in order of its scenario's name; scenarios before twins, what is asked for before what is not
-- `asked` is null in a file of a version that had no such column: all was asked for then.
select run_id, scenario, role, sweep, status, error, first_date, last_date, asked is not false as asked
from (from backtest.runs union all by name select null::boolean as asked where false)
order by role, scenario, asked desc, run_id
