-- one row is one future drawn from the past, and how a plan went in it
select paths.plan_id, terms.scenario, paths.* exclude (plan_id)
from retire.paths as paths
join retire.terms as terms using (plan_id)
