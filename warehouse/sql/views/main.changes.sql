-- one row is one payment that a rule's guardrail changed, in the worst, the median or the best case of a plan
select changes.plan_id, terms.scenario, changes.* exclude (plan_id)
from retire.changes as changes
join retire.terms as terms using (plan_id)
