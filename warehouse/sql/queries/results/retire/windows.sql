-- one row is one of retire.windows, of the plan $plan_id
select * exclude (plan_id)
from retire.windows
where plan_id = $plan_id
order by plan, who desc, rank
