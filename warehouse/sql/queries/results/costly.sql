-- one row is one of the runs $run_ids that pays commissions and holds an asset that no sell rests for
select distinct runs.run_id
from metrics.runs as runs
join metrics.assets as assets on assets.run_id = runs.run_id and assets.holdings > 0
where list_contains($run_ids, runs.run_id)
    and (runs.commission > 0 or runs.commission_bps > 0 or runs.commission_per_share > 0)
    and not exists (
        from backtest.orders as o where o.run_id = assets.run_id and o.ticker = assets.ticker and o.side = 'sell'
    )
order by runs.run_id
