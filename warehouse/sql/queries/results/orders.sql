-- one row is one order that rests after the last bar of the runs asked for, assets in the order of adding
-- `stopped`: the asset's last bar lies more than $stale_days calendar days before the run's last day.
select
    runs.scenario, orders.ticker, orders.side, orders.limit_price, orders.qty, orders.last_close, orders.distance,
    runs.last_date as as_of, assets.last_traded_on as last_bar,
    coalesce(date_diff('day', assets.last_traded_on, runs.last_date) > $stale_days, false) as stopped,
    runs.run_id
from backtest.orders as orders
join backtest.runs as runs using (run_id)
left join metrics.assets as assets on assets.run_id = orders.run_id and assets.ticker = orders.ticker
where list_contains($run_ids, orders.run_id)
order by runs.scenario, runs.run_id, assets.position, orders.ticker, orders.side
