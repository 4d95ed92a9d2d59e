-- one row is one trade of the run $run_id
select date, ticker, case when signed_qty < 0 then 'sell' else 'buy' end as side, qty, price
from backtest.trades
where run_id = $run_id
order by seq
