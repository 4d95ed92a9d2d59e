-- one row is the run $run_id or a run that it is compared with
with own as (from metrics.runs where run_id = $run_id)
select run_id, final_value, withdrawals, cagr_net, max_drawdown, total_return, depleted_on
from metrics.runs
where run_id in (
    select unnest([run_id, buy_and_hold_twin, ath_only_twin, benchmark_twin]) from own
)
