-- one row is one run that is not among $run_ids
select run_id
from backtest.runs
where run_id not in (select unnest($run_ids::varchar[]))
