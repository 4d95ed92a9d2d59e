-- one row is one table that the plans of scenarios read, and a fingerprint of all its rows
select 'clean.bars' as table_name, count(*) as rows, sum(hash(t)::hugeint)::varchar as state from clean.bars as t
union all select 'clean.actions', count(*), sum(hash(t)::hugeint)::varchar from clean.actions as t
union all select 'clean.checks', count(*), sum(hash(t)::hugeint)::varchar from clean.checks as t
union all select 'clean.rejects', count(*), sum(hash(t)::hugeint)::varchar from clean.rejects as t
union all select 'raw.tickers', count(*), sum(hash(ticker, currency, adjusted_for_dividends)::hugeint)::varchar from raw.tickers
union all select 'backtest.runs', count(*), sum(hash(t)::hugeint)::varchar from backtest.runs as t
union all select 'metrics.runs', count(*), sum(hash(t)::hugeint)::varchar from metrics.runs as t
union all select 'judge.sweeps', count(*), sum(hash(t)::hugeint)::varchar from judge.sweeps as t
union all select 'judge.trials', count(*), sum(hash(t)::hugeint)::varchar from judge.trials as t
union all select 'retire.terms', count(*), sum(hash(t)::hugeint)::varchar from retire.terms as t
order by table_name
