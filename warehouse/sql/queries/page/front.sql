-- one row is one scenario in order of place, with what the front page says of it
select
    ranking.place, ranking.scenario, ranking.sweep, ranking.run_id, ranking.tickers, ranking.initial_cash, ranking.first_date,
    ranking.last_date, ranking.years, ranking.final_value, ranking.cagr_net, ranking.max_drawdown, ranking.excess_cagr,
    ranking.withdrawals, ranking.withdrawals_due, ranking.synthetic_dividends, ranking.fills, ranking.skipped_buys,
    ranking.benchmark_excess_cagr, ranking.verdict, ranking.verdict_sentence,
    (
        select count(*) from backtest.orders as orders
        where orders.run_id = ranking.run_id and abs(orders.distance) <= $near
    ) as orders_near
from metrics.ranking as ranking
order by ranking.place
