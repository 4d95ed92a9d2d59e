-- one row is one order that rests after the last bar of the runs asked for, assets in the order of adding
-- `stopped`: the asset's last bar lies more than $stale_days calendar days before the run's last day; `state`: so it is
-- no order to place (stopped), nor is one whose last bar lies as far before $today (stale); all others are live.
with resting as (
    select
        runs.scenario, orders.ticker, orders.side, orders.limit_price, orders.qty,
        orders.qty * orders.limit_price as worth, orders.last_close, orders.distance, assets.holdings, assets.lot_size,
        runs.last_date as as_of, assets.last_traded_on as last_bar,
        coalesce(date_diff('day', assets.last_traded_on, runs.last_date) > $stale_days, false) as stopped,
        date_diff('day', coalesce(assets.last_traded_on, runs.last_date), $today::date) as days_old,
        runs.run_id, assets.position
    from backtest.orders as orders
    join backtest.runs as runs using (run_id)
    left join metrics.assets as assets on assets.run_id = orders.run_id and assets.ticker = orders.ticker
    where list_contains($run_ids, orders.run_id)
)
select
    * exclude (run_id, position),
    case when stopped then 'stopped' when days_old > $stale_days then 'stale' else 'live' end as state,
    run_id
from resting
order by scenario, run_id, position, ticker, side
