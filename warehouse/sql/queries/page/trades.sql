-- one row is one trade of one of the runs $run_ids
select run_id, date, ticker, case when signed_qty < 0 then 'sell' else 'buy' end as side, qty, price
from backtest.trades
where list_contains($run_ids, run_id)
order by run_id, seq
