-- one row is one scenario of which several runs are asked for, or one twin asked for otherwise than those beside it
with beside as (
    select distinct unnest([buy_and_hold_twin, ath_only_twin, benchmark_twin]) as run_id from backtest.runs where asked
)
select scenario, min(run_id) as run_id, count(*) as runs
from backtest.runs
where asked and role = 'scenario'
group by scenario
having count(*) > 1
union all
select twin.scenario, twin.run_id, 1
from backtest.runs as twin
left join beside on beside.run_id = twin.run_id
where twin.role = 'twin' and twin.asked <> (beside.run_id is not null)
