-- one row is one of retire.changes, of the plan $plan_id
select * exclude (plan_id)
from retire.changes
where plan_id = $plan_id
order by plan, basis desc, who desc, which, date
