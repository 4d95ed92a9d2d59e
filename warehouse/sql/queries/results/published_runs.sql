-- one row is one run, in order of its scenario's name; scenarios before twins, what is asked for before what is not
-- `asked` and `keep` are null in a file of a version that had no such column: all was asked for then, and kept whole.
select
    run_id, scenario, role, sweep, status, error, first_date, last_date, asked is not false as asked,
    coalesce(keep, 'all') as keep
from (from backtest.runs union all by name select null::boolean as asked, null::varchar as keep where false)
order by role, scenario, asked desc, run_id
