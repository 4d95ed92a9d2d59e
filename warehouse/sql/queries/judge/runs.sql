-- one row is one finished run of a scenario that is asked for and has been measured: its rules, its bars, and what its metrics say
select
    r.run_id, r.scenario, r.sweep, r.parameters, r.data, r.buy_and_hold_twin,
    m.cagr_net, m.excess_cagr, coalesce(m.years, 0.0) as years, m.fills
from backtest.runs as r
join metrics.runs as m using (run_id)
where r.asked and r.role = 'scenario' and r.status = 'done'
order by r.scenario
