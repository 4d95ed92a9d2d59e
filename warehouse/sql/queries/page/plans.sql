-- one row is how one plan of the scenario of the run $run_id went, for one of those who live on it
select terms.asked, terms.last_date, plans.* exclude (plan_id)
from retire.plans as plans
join retire.terms as terms using (plan_id)
join backtest.runs as runs on runs.scenario = terms.scenario and runs.role = 'scenario'
where runs.run_id = $run_id
order by plan, basis desc, who desc
