-- one row is the run $run_id: its rules, and those of its benchmark's run
select r.parameters, b.parameters as benchmark
from backtest.runs as r
left join backtest.runs as b on b.run_id = r.benchmark_twin and b.status = 'done'
where r.run_id = $run_id
