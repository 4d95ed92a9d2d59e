-- one row is one day of one of the runs $run_ids, or of what they are compared with
select run_id, date, total_value, bank, nav_value, withdrawn
from backtest.portfolio_days
where run_id in (
    select unnest([run_id, buy_and_hold_twin, ath_only_twin, benchmark_twin])
    from metrics.runs
    where list_contains($run_ids, run_id)
)
order by run_id, date
