-- one row is one run whose twin is not among the runs
select runs.run_id, runs.scenario, twin.run_id as missing_twin
from backtest.runs as runs, unnest([runs.buy_and_hold_twin, runs.ath_only_twin, runs.benchmark_twin]) as twin (run_id)
where twin.run_id is not null and twin.run_id not in (select run_id from backtest.runs)
