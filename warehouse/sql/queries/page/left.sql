-- one row is one of the runs $run_ids: what is left at its end, and at that of what it is compared with, and what these paid
select
    runs.run_id, runs.months_none, runs.final_value,
    held.final_value as held_value, held.withdrawals as held_paid,
    benchmark.final_value as benchmark_value, benchmark.withdrawals as benchmark_paid
from metrics.runs as runs
left join metrics.runs as held on held.run_id = runs.buy_and_hold_twin
left join metrics.runs as benchmark on benchmark.run_id = runs.benchmark_twin
where list_contains($run_ids, runs.run_id)
