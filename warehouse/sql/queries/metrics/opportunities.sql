-- one row is one arbitrage opportunity of the runs asked for; `run` is a run's place in $run_ids
select a.run
from backtest.opportunities as o
join (select unnest($run_ids) as run_id, generate_subscripts($run_ids, 1) - 1 as run) as a using (run_id)
