-- one row is one of retire.fan, of the plan $plan_id
select * exclude (plan_id)
from retire.fan
where plan_id = $plan_id
order by plan, basis desc, who desc, year, quantile
