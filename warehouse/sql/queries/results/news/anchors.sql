-- one row is one asset of a run whose resting orders stand around another price than at the close of the run's day in $since
with asked as (select unnest($run_ids) as run_id, unnest($since::date[]) as since),
anchors as (
    select
        fills.run_id, fills.ticker, arg_max(anchor, seq) filter (date <= since) as before, arg_max(anchor, seq) as after,
        max(date) filter (action not like 'SKIP%' and action <> 'DIVIDEND') as moved_on
    from backtest.fills
    join asked using (run_id)
    where fills.anchor is not null
    group by all
),
resting as (
    select
        run_id, ticker,
        max(limit_price) filter (side = 'buy') as buy, max(qty) filter (side = 'buy') as buy_qty,
        max(limit_price) filter (side = 'sell') as sell, max(qty) filter (side = 'sell') as sell_qty
    from backtest.orders
    group by all
)
select
    runs.scenario, anchors.ticker, anchors.moved_on, anchors.before, anchors.after,
    resting.buy, resting.buy_qty, resting.sell, resting.sell_qty, anchors.run_id
from anchors
join backtest.runs as runs using (run_id)
left join resting using (run_id, ticker)
where anchors.after is distinct from anchors.before
order by runs.scenario, anchors.run_id, anchors.ticker
