-- one row is one fill of the runs asked for; `run` is a run's place in $run_ids
select a.run, f.seq, f.date, f.ticker, f.action, f.price, f.total, f.costs, f.holdings_after
from backtest.fills as f
join (select unnest($run_ids) as run_id, generate_subscripts($run_ids, 1) - 1 as run) as a using (run_id)
