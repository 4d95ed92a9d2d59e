-- one row is one entry of one run's history on one day, with the bank before and after it
with history as (
    select *, coalesce(lag(bank_after) over (order by seq), $initial_cash) as bank_before
    from backtest.fills
    where run_id = $run_id
)
select seq, ticker, action, qty, price, total, costs, bank_before, bank_after, nav_premium, anchor, holdings_after
from history
where date = $day
order by seq
