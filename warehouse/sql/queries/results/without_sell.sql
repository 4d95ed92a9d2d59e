-- one row is one asset that is held after the last bar of a run asked for, costs commission, and has no sell resting
select runs.scenario, assets.ticker, stored.parameters, held.holdings, held.anchor, held.nav
from metrics.assets as assets
join metrics.runs as runs using (run_id)
join backtest.runs as stored using (run_id)
join backtest.asset_days as held
    on held.run_id = assets.run_id and held.ticker = assets.ticker and held.date = runs.last_date
where list_contains($run_ids, assets.run_id) and list_contains($run_ids, held.run_id)  -- once more: else all days
    and (runs.commission > 0 or runs.commission_bps > 0 or runs.commission_per_share > 0)
    and held.holdings > 0
    and not exists (
        from backtest.orders as o where o.run_id = assets.run_id and o.ticker = assets.ticker and o.side = 'sell'
    )
order by runs.scenario, assets.position
