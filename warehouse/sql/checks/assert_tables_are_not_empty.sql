-- one row is one table that is empty although another one's rows could not be without it
with counts as (
    select
        (select count(*) from ops.batches) as batches,
        (select count(*) from raw.bars) as raw_bars,
        (select count(*) from raw.fetches) as fetches,
        (select count(*) from clean.bars) as clean_bars,
        (select count(*) from clean.checks) as checks,
        (select count(*) from backtest.runs where status = 'done') as runs,
        (select count(*) from backtest.runs where status = 'done' and keep = 'all') as whole,
        (select count(*) from backtest.fills) as fills,
        (select count(*) from backtest.portfolio_days) as portfolio_days,
        (select count(*) from metrics.runs) as metrics
)
select 'ops.batches' as table_name, 'something is published, so a batch has run' as because from counts where batches = 0
union all select 'raw.bars', 'clean.bars has rows' from counts where raw_bars = 0 and clean_bars > 0
union all select 'raw.fetches', 'raw.bars has rows' from counts where fetches = 0 and raw_bars > 0
union all select 'clean.checks', 'clean.bars has rows' from counts where checks = 0 and clean_bars > 0
union all select 'clean.bars', 'runs are done' from counts where clean_bars = 0 and runs > 0
union all select 'backtest.fills', 'runs are done' from counts where fills = 0 and whole > 0
union all select 'backtest.portfolio_days', 'runs are done' from counts where portfolio_days = 0 and whole > 0
union all select 'metrics.runs', 'runs are done' from counts where metrics = 0 and runs > 0
