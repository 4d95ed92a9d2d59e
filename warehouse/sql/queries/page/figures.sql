-- one row is one of the runs $run_ids, or one that they are compared with
from metrics.runs
where run_id in (
    select unnest([run_id, buy_and_hold_twin, ath_only_twin, benchmark_twin])
    from metrics.runs
    where list_contains($run_ids, run_id)
)
order by run_id
