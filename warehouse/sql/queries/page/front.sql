-- one row is one scenario in order of place, with what the front page says of it
-- judged_from, planned_from: what its judgement and its retirement were computed from; with the twins, for a page's key
-- ran_dry: payments, and not prices, have brought what it is compared with to nothing
with dry as (
    select run_id from metrics.runs where depleted_on is not null and total_return > -1
)
select
    ranking.place, ranking.scenario, ranking.sweep, ranking.run_id, ranking.tickers, ranking.initial_cash, ranking.first_date,
    ranking.last_date, ranking.years, ranking.final_value, ranking.cagr_net, ranking.max_drawdown, ranking.excess_cagr,
    ranking.withdrawals, ranking.withdrawals_due, ranking.synthetic_dividends, ranking.fills, ranking.skipped_buys,
    ranking.benchmark, ranking.benchmark_excess_cagr, ranking.benchmark_reason, ranking.verdict, ranking.verdict_sentence,
    exists (from dry where dry.run_id = ranking.buy_and_hold_twin) as buy_and_hold_ran_dry,
    exists (from dry where dry.run_id = ranking.benchmark_twin) as benchmark_ran_dry,
    ranking.buy_and_hold_twin, ranking.ath_only_twin, ranking.benchmark_twin,
    (
        select string_agg(concat(sweeps.input, sweeps.luck_input, sweeps.judged_version), ' ' order by sweeps.sweep)
        from judge.trials as trials
        join judge.sweeps as sweeps using (sweep)
        where trials.run_id = ranking.run_id
    ) as judged_from,
    (
        select string_agg(concat(terms.input, terms.planned_version), ' ' order by terms.plan_id)
        from retire.terms as terms
        where terms.scenario = ranking.scenario
    ) as planned_from,
    (
        select count(*) from backtest.orders as orders
        where orders.run_id = ranking.run_id and abs(orders.distance) <= $near
    ) as orders_near
from metrics.ranking as ranking
order by ranking.place
