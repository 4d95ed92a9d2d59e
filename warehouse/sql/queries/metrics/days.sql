-- one row is one portfolio day of the runs asked for; `run` is a run's place in $run_ids
select a.run, d.date, d.total_value, d.bank, d.nav_value, d.withdrawn
from backtest.portfolio_days as d
join (select unnest($run_ids) as run_id, generate_subscripts($run_ids, 1) - 1 as run) as a using (run_id)
