-- one row is one order that bars reached and that was not done, however often, or one withdrawal that was not paid
--
-- An order is told by its anchor and its quantity: a fill of the asset would have moved them. A withdrawal's price is
-- what was due, and its quantity is 0.
with skips as (
    select *, if(ticker is null, price, qty * price) as cost, if(ticker is null, seq, null) as payment
    from backtest.fills
    where action like 'SKIP%'
)
select
    skips.run_id, runs.scenario, runs.role, skips.ticker, skips.action, skips.anchor, skips.qty,
    min(skips.date) as first_on,
    max(skips.date) as last_on,
    count(*) as times,
    min(skips.cost) as wanted,
    min(if(skips.action = 'SKIP_BAND', 0, greatest(skips.cost - skips.bank_after, 0))) as lacked
from skips
join backtest.runs as runs using (run_id)
group by
    skips.run_id, runs.scenario, runs.role, skips.ticker, skips.action, skips.anchor, skips.qty, skips.payment
