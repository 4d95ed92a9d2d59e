-- one row is one scenario that somebody asked for, or the best of a sweep, by the column $by of metrics.ranking
--
-- Ties keep the order of metrics.ranking. $lowest: the lowest is the best; $every: each member of a sweep; $sweep: those
-- of this one alone.
-- ran_dry: payments, and not prices, have brought what it is compared with to nothing.
with dry as (
    select run_id from metrics.runs where depleted_on is not null and total_return > -1
),
asked as (
    select ranking.*, struct_extract(ranking, $by)::double as by_value
    from metrics.ranking as ranking
),
ranked as (
    select
        * exclude (place),
        row_number() over (order by case when $lowest then -by_value else by_value end desc nulls last, place) as place
    from asked
),
grouped as (
    select
        *,
        count(*) over (partition by coalesce(sweep, run_id)) as members,
        row_number() over (partition by coalesce(sweep, run_id) order by place) as place_in_sweep
    from ranked
)
select
    place, scenario, sweep, members, by_value, cagr_net, excess_cagr, benchmark_excess_cagr, withdrawals, withdrawals_due,
    buy_and_hold_withdrawals, benchmark_withdrawals, total_return, max_drawdown, sharpe, final_value, synthetic_dividends, fills, skipped_buys,
    verdict, luck, verdict_sentence, run_id,
    exists (from dry where dry.run_id = buy_and_hold_twin) as buy_and_hold_ran_dry,
    exists (from dry where dry.run_id = benchmark_twin) as benchmark_ran_dry
from grouped
where case when $sweep is null then $every or place_in_sweep = 1 else sweep = $sweep end
order by place
