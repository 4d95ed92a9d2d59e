-- one row is one run that has rows in a table although it is not known, or not done
with owners as (
    select 'backtest.fills' as table_name, run_id from backtest.fills group by all
    union all select 'backtest.portfolio_days', run_id from backtest.portfolio_days group by all
    union all select 'backtest.lots', run_id from backtest.lots group by all
    union all select 'backtest.opportunities', run_id from backtest.opportunities group by all
    union all select 'backtest.orders', run_id from backtest.orders group by all
    union all select 'metrics.runs', run_id from metrics.runs group by all
    union all select 'metrics.assets', run_id from metrics.assets group by all
    union all select 'metrics.monthly', run_id from metrics.monthly group by all
    union all select 'metrics.years', run_id from metrics.years group by all
    union all select 'metrics.drawdowns', run_id from metrics.drawdowns group by all
)
select owners.table_name, owners.run_id, runs.status
from owners
left join backtest.runs as runs on runs.run_id = owners.run_id
where runs.status is distinct from 'done'
