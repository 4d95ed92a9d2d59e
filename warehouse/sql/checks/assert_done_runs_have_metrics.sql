-- one row is one done run that is asked for without its row of metrics, or without one for each of its assets
select runs.run_id, runs.scenario, held.assets, measured.assets as assets_measured, metrics.run_id is not null as measured
from backtest.runs as runs
left join metrics.runs as metrics on metrics.run_id = runs.run_id
left join (
    select run_id, count(distinct ticker) as assets from backtest.fills where ticker is not null group by run_id
) as held on held.run_id = runs.run_id
left join (select run_id, count(*) as assets from metrics.assets group by run_id) as measured
    on measured.run_id = runs.run_id
where
    runs.status = 'done' and runs.asked
    and (metrics.run_id is null or measured.assets is distinct from if(runs.keep = 'all', held.assets, metrics.assets))
