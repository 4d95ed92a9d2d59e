-- one row is one order of the run $run_id that was reached and not done, the newest first: it rests, and is skipped on
-- each day on which it is reached, until its asset trades
--
-- qty, price, bank: of the day on which the least money was lacking.
with history as (
    select
        *,
        count(*) filter (action not like 'SKIP%' and action <> 'DIVIDEND') over (partition by ticker order by seq) as leg
    from backtest.fills
    where run_id = $run_id and ticker is not null
)
select
    ticker, action, min(date) as first_date, max(date) as last_date, count(distinct date) as days,
    arg_min(qty, qty * price - bank_after) as qty, arg_min(price, qty * price - bank_after) as price,
    arg_min(bank_after, qty * price - bank_after) as bank
from history
where action in ('SKIP_BUY', 'SKIP_BAND')
group by ticker, action, leg
order by last_date desc, first_date desc, ticker, action
