-- one row is the run $run_id or one of the runs that it is compared with, the run itself first
with own as (
    select run_id, buy_and_hold_twin, ath_only_twin, benchmark_twin
    from metrics.runs
    where run_id = $run_id
),
compared as (
    select run_id as other, 0 as position, 'scenario' as who from own
    union all select benchmark_twin, 1, 'benchmark' from own
    union all select buy_and_hold_twin, 2, 'held' from own
    union all select ath_only_twin, 3, 'ath_only' from own
)
select compared.who, runs.*
from compared
join metrics.runs as runs on runs.run_id = compared.other
order by compared.position
