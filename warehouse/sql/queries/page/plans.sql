-- one row is how one plan of the scenario of one of the runs $run_ids went, for one of those who live on it
select runs.run_id, terms.asked, terms.last_date, plans.* exclude (plan_id)
from retire.plans as plans
join retire.terms as terms using (plan_id)
join backtest.runs as runs on runs.scenario = terms.scenario and runs.role = 'scenario'
where list_contains($run_ids, runs.run_id)
order by runs.run_id, plan, basis desc, who desc
