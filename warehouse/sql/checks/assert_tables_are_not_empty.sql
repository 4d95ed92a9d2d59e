-- one row is one table that is empty although another one's rows could not be without it
select 'ops.batches' as table_name, 'something is published, so a batch has run' as because
where not exists (from ops.batches)
union all
select 'raw.bars', 'clean.bars has rows'
where not exists (from raw.bars) and exists (from clean.bars)
union all
select 'raw.fetches', 'raw.bars has rows'
where not exists (from raw.fetches) and exists (from raw.bars)
union all
select 'clean.checks', 'clean.bars has rows'
where not exists (from clean.checks) and exists (from clean.bars)
union all
select 'clean.bars', 'runs are done'
where not exists (from clean.bars) and exists (from backtest.runs where status = 'done')
union all
select 'backtest.fills', 'runs are done'
where not exists (from backtest.fills) and exists (from backtest.runs where status = 'done' and keep = 'all')
union all
select 'backtest.portfolio_days', 'runs are done'
where not exists (from backtest.portfolio_days) and exists (from backtest.runs where status = 'done' and keep = 'all')
union all
select 'metrics.runs', 'runs are done'
where not exists (from metrics.runs) and exists (from backtest.runs where status = 'done')
