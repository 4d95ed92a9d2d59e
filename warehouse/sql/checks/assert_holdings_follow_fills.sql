-- one row is one fill after which the holdings are not those before it with the trade, or are negative
--
-- Every asset of every run as a whole; fill by fill where the whole is wrong, and in `closely` runs.
with closely as (
    select run_id
    from audited_fills
    where ticker is not null and not coalesce(
        holdings_are_known and lowest_holdings >= -1e-9 and abs(change - holdings) < 1e-6 * greatest(1, holdings),
        false
    )
    union
    (select run_id from backtest.runs where status = 'done' and keep = 'all' order by run_id limit getvariable('closely'))
),
changes as (
    select
        run_id, seq, date, ticker, action, holdings_after,
        case
            when action like 'SKIP%' then 0
            when action like '%BUY' then qty
            when action like '%SELL' then -qty
            else 0
        end as change
    from backtest.fills
    where ticker is not null and run_id in (select run_id from closely)
),
steps as (
    select *, lag(holdings_after, 1, 0) over (partition by run_id, ticker order by seq) as holdings_before from changes
)
select run_id, seq, date, ticker, action, holdings_before, change, holdings_after
from steps
where not coalesce(
    holdings_after >= -1e-9 and abs(holdings_before + change - holdings_after) < 1e-6 * greatest(1, abs(holdings_after)),
    false
)
