-- one row is one piece of a lot of the runs asked for; `run` is a run's place in $run_ids
select a.run, l.lot, l.close_seq, l.ticker, l.opened_by, l.qty, l.open_price, l.unit_cost, l.gain,
    l.closed_on, l.long_term
from backtest.lots as l
join (select unnest($run_ids) as run_id, generate_subscripts($run_ids, 1) - 1 as run) as a using (run_id)
