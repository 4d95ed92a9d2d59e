-- one row is one scenario that is not part of a sweep, or one best member of a sweep, in order of yearly growth
with ranked as (
    select
        *,
        rank() over (order by cagr desc nulls last) as place,
        row_number() over (partition by sweep order by cagr desc nulls last, scenario) as place_in_sweep
    from metrics.runs
    where role = 'scenario'
)
select
    place, scenario, cagr, total_return, max_drawdown, sharpe, excess_cagr,
    synthetic_dividends, withdrawals, fills, skipped_buys,
    count(*) over () as shown, (select count(*) from ranked) as scenarios
from ranked
where sweep is null or place_in_sweep <= $best
order by place, scenario
