-- one row is one of the runs asked for: what it was run by, and on which bars
select run_id, parameters, engine, data
from backtest.runs
where run_id in (select unnest($run_ids))
