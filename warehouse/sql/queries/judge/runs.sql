-- one row is one finished run of a scenario that is asked for and has been measured: what its metrics say; its rules and bars, if not $unjudged
select
    r.run_id, r.scenario, r.sweep, r.buy_and_hold_twin,
    case when unjudged.scenario is null or r.sweep is null then r.parameters end as parameters,
    case when unjudged.scenario is null or r.sweep is null then r.data end as data,
    m.cagr_net, m.excess_cagr, coalesce(m.years, 0.0) as years, m.fills
from backtest.runs as r
join metrics.runs as m using (run_id)
left join (select unnest($unjudged::varchar[]) as scenario) as unjudged on unjudged.scenario = r.scenario
where r.asked and r.role = 'scenario' and r.status = 'done'
order by r.scenario
