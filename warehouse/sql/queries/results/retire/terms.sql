-- one row is what the scenario $scenario asks, as it was answered last
select plan_id, asked, cpi, last_date
from retire.terms
where scenario = $scenario
