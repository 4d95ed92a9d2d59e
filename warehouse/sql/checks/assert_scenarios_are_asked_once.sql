-- one row is one scenario of which several runs are asked for, or one twin asked for otherwise than those beside it
select scenario, min(run_id) as run_id, count(*) as runs
from backtest.runs
where asked and role = 'scenario'
group by scenario
having count(*) > 1
union all
select twin.scenario, twin.run_id, 1
from backtest.runs as twin
where
    twin.role = 'twin'
    and twin.asked <> exists (
        from backtest.runs as beside
        where beside.asked and twin.run_id in (beside.buy_and_hold_twin, beside.ath_only_twin, beside.benchmark_twin)
    )
