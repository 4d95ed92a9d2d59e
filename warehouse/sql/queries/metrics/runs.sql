-- one row is one run that is asked for: who it is, its length in calendar days, and what metrics.runs has of it, if anything
select
    r.run_id, r.scenario, r.role, r.sweep, r.status, r.keep, r.buy_and_hold_twin, r.ath_only_twin,
    r.benchmark, r.benchmark_twin, coalesce(r.benchmark_reason, b.error) as benchmark_reason,
    coalesce(r.last_date - r.first_date + 1, 0) as days,
    m.metrics_version,
    m.buy_and_hold_twin as known_buy_and_hold_twin,
    m.ath_only_twin as known_ath_only_twin,
    m.benchmark_twin as known_benchmark_twin,
    m.benchmark as known_benchmark,
    m.benchmark_reason as known_benchmark_reason,
    m.buy_and_hold_return is not null as has_buy_and_hold,
    m.ath_only_return is not null as has_ath_only,
    m.benchmark_return is not null as has_benchmark
from backtest.runs as r
left join backtest.runs as b on b.run_id = r.benchmark_twin
left join metrics.runs as m on m.run_id = r.run_id
where r.asked -- the others keep the metrics that they have: their bars may have moved on
order by r.run_id
