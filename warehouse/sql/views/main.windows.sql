-- one row is one window of the past, begun in one month, and how a plan went in it
select windows.plan_id, terms.scenario, windows.* exclude (plan_id)
from retire.windows as windows
join retire.terms as terms using (plan_id)
