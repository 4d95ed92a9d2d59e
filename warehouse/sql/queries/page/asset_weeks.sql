-- one row is one asset of one of the runs $run_ids at the last close of one week
with ends as (
    select run_id, max(date) as date
    from backtest.portfolio_days
    where list_contains($run_ids, run_id)
    group by run_id, date_trunc('week', date)
)
select run_id, date, ticker, weight, nav_premium
from backtest.asset_days
semi join ends using (run_id, date)
where list_contains($run_ids, run_id)  -- once more: else all days
order by run_id, ticker, date
