-- one row is one quantile over all cases after one year of a plan
select fan.plan_id, terms.scenario, fan.* exclude (plan_id)
from retire.fan as fan
join retire.terms as terms using (plan_id)
