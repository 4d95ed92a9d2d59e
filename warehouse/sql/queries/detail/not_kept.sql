-- one row is one finished run of $run_ids, or of what they are compared with, of which none of $kept is kept
-- A file of a version that had no such columns has all detail.
with own as (
    from (
        from backtest.runs
        union all by name
        select null::varchar as keep, null::varchar as benchmark_twin where false
    )
    where status = 'done'
),
meant as (
    select unnest([run_id, buy_and_hold_twin, ath_only_twin, benchmark_twin]) as run_id
    from own
    where list_contains($run_ids, run_id)
)
select run_id, scenario, parameters, engine, data
from own
where not list_contains($kept, keep) and run_id in (from meant)
order by role, run_id
