-- one row is one scenario in order of place, with what the front page says of it
-- judged_from, planned_from: what its judgement and its retirement were computed from; with the twins, for a page's key
-- ran_dry: payments, and not prices, have brought what it is compared with to nothing
with
dry as materialized (
    select run_id from metrics.runs where depleted_on is not null and total_return > -1
),
judged as (
    select run_id, string_agg(concat(input, luck_input, judged_version), ' ' order by sweep) as judged_from
    from judge.trials
    join judge.sweeps using (sweep)
    group by run_id
),
planned as (
    select scenario, string_agg(concat(input, planned_version), ' ' order by plan_id) as planned_from
    from retire.terms
    group by scenario
),
told as (
    select run_id, description from backtest.runs
),
near as (
    select run_id, count(*) as orders_near from backtest.orders where abs(distance) <= $near group by run_id
)
select
    place, scenario, description, sweep, run_id, tickers, initial_cash, first_date, last_date, years, final_value, cagr_net,
    max_drawdown, excess_cagr, withdrawals, withdrawals_due, synthetic_dividends, fills, skipped_buys, benchmark,
    benchmark_excess_cagr, benchmark_reason, verdict, verdict_sentence, buy_and_hold_twin, ath_only_twin, benchmark_twin,
    coalesce(buy_and_hold_twin in (from dry), false) as buy_and_hold_ran_dry,
    coalesce(benchmark_twin in (from dry), false) as benchmark_ran_dry,
    judged_from, planned_from, coalesce(orders_near, 0) as orders_near
from metrics.ranking
left join told using (run_id)
left join judged using (run_id)
left join planned using (scenario)
left join near using (run_id)
order by place
