-- one row is one asset of one run whose holdings are not the sum of its open lots
with held as (
    select run_id, ticker, arg_max(holdings_after, seq) as holdings
    from backtest.fills
    where ticker is not null
    group by run_id, ticker
),
open_lots as (
    select run_id, ticker, sum(qty) as in_lots
    from backtest.lots
    where close_seq is null
    group by run_id, ticker
)
select run_id, ticker, coalesce(holdings, 0) as holdings, coalesce(in_lots, 0) as in_lots
from held
full join open_lots using (run_id, ticker)
where abs(coalesce(holdings, 0) - coalesce(in_lots, 0)) > 1e-6 * greatest(1, coalesce(holdings, 0))
