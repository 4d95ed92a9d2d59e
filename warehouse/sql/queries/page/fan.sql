-- one row is one quantile after one year of the first plan of the scenario of the run $run_id
select fan.who, fan.basis, fan.year, fan.quantile, fan.value_real, fan.income_real
from retire.fan as fan
join retire.terms as terms using (plan_id)
join backtest.runs as runs on runs.scenario = terms.scenario and runs.role = 'scenario'
where runs.run_id = $run_id and fan.plan = 1
order by fan.basis, fan.who desc, fan.year, fan.quantile
