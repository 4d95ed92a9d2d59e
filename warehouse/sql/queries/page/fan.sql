-- one row is one quantile after one year of the first plan of the scenario of one of the runs $run_ids
select runs.run_id, fan.who, fan.basis, fan.year, fan.quantile, fan.value_real, fan.income_real
from retire.fan as fan
join retire.terms as terms using (plan_id)
join backtest.runs as runs on runs.scenario = terms.scenario and runs.role = 'scenario'
where list_contains($run_ids, runs.run_id) and fan.plan = 1
order by runs.run_id, fan.basis, fan.who desc, fan.year, fan.quantile
