-- one row is one order that rests at the end of one of the runs $run_ids
select run_id, ticker, side, limit_price, qty, last_close, distance
from backtest.orders
where list_contains($run_ids, run_id)
order by run_id, ticker, side
