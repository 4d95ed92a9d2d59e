-- one row is one plan whose scenario is none of $names, and has no run that is left aside
select plan_id
from retire.terms
where
    not list_contains($names, scenario)
    and scenario not in (select scenario from backtest.runs where role = 'scenario' and not asked)
order by plan_id
