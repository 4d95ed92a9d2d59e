-- one row is how one plan went for one of those who live on it, over all windows or over all drawn futures
select plans.plan_id, terms.scenario, plans.* exclude (plan_id)
from retire.plans as plans
join retire.terms as terms using (plan_id)
