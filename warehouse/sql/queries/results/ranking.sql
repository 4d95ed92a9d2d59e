-- one row is one scenario that is not part of a sweep, or one of the $best best members of a sweep, in order of place
with best as (
    select *
    from metrics.ranking
    qualify sweep is null or row_number() over (partition by sweep order by place) <= $best
)
select
    place, scenario, cagr, cagr_net, total_return, max_drawdown, sharpe, excess_cagr,
    synthetic_dividends, withdrawals, fills, skipped_buys,
    count(*) over () as shown, (select count(*) from metrics.ranking) as scenarios
from best
order by place
