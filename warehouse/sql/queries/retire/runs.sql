-- one row is one finished run of a scenario that is asked for: its rules, its bars, and those of its benchmark
select r.run_id, r.scenario, r.parameters, r.data, b.data as benchmark_data
from backtest.runs as r
left join backtest.runs as b on b.run_id = r.benchmark_twin and b.status = 'done'
where r.asked and r.role = 'scenario' and r.status = 'done'
order by r.scenario
