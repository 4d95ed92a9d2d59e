-- one row is one of retire.plans, of the plan $plan_id
select * exclude (plan_id)
from retire.plans
where plan_id = $plan_id
order by plan, basis desc, who desc
