-- one row is one order that bars reached and that was not done, however often, or one withdrawal that was not paid
--
-- An order is told by its anchor and its quantity: a fill of the asset would have moved them. A withdrawal's price is
-- what was due, and its quantity is 0.
with skips as (
    select
        *,
        case when ticker is null then price else qty * price end as cost,
        case when ticker is null then seq end as payment
    from backtest.fills
    where action like 'SKIP%'
)
select
    skips.run_id, runs.scenario, runs.role, skips.ticker, skips.action, skips.anchor, skips.qty,
    min(skips.date) as first_on,
    max(skips.date) as last_on,
    count(*) as times,
    min(skips.cost) as wanted,
    min(case when skips.action = 'SKIP_BAND' then 0 else greatest(skips.cost - skips.bank_after, 0) end) as lacked
from skips
join backtest.runs as runs using (run_id)
group by
    skips.run_id, runs.scenario, runs.role, skips.ticker, skips.action, skips.anchor, skips.qty, skips.payment
