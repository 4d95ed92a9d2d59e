-- one row is one executed trade of a run: fills without skips and cash-only rows, with the sign of their quantity
select
    run_id, seq, date, ticker, action,
    qty, case when action like '%SELL' then -qty else qty end as signed_qty,
    price, total, costs, bank_after, nav_premium, holdings_after
from backtest.fills
where action like '%BUY' and action not like 'SKIP%' or action like '%SELL'
