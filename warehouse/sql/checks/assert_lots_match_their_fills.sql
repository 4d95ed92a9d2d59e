-- one row is one fill whose quantity is not that of the pieces of lots which it opened or closed
--
-- Every asset of every run as a whole; fill by fill where the whole is wrong, and in `closely` runs.
with closely as (
    select run_id
    from audited_fills full join audited_lots using (run_id, ticker)
    where not (
        abs(coalesce(bought, 0) - coalesce(opened, 0)) < 1e-6 * greatest(1, coalesce(bought, 0))
        and abs(coalesce(sold, 0) - coalesce(closed, 0)) < 1e-6 * greatest(1, coalesce(sold, 0))
    )
    union
    (select run_id from backtest.runs where status = 'done' and keep = 'all' order by run_id limit getvariable('closely'))
),
pieces as (
    select run_id, lot as seq, ticker, 'opened' as side, sum(qty) as in_lots
    from backtest.lots
    where run_id in (select run_id from closely)
    group by all
    union all
    select run_id, close_seq, ticker, 'closed', sum(qty)
    from backtest.lots
    where close_seq is not null and run_id in (select run_id from closely)
    group by all
),
trades as (
    select run_id, seq, ticker, case when action like '%BUY' then 'opened' else 'closed' end as side, qty
    from backtest.trades
    where qty > 0 and run_id in (select run_id from closely)
)
select run_id, seq, ticker, side, coalesce(qty, 0) as qty, coalesce(in_lots, 0) as in_lots
from trades full join pieces using (run_id, seq, ticker, side)
where abs(coalesce(qty, 0) - coalesce(in_lots, 0)) >= 1e-6 * greatest(1, coalesce(qty, 0))
