-- one row is the number of finished scenarios that are asked for and of whose runs nothing but figures and orders is kept
-- A file of a version that had no such columns has all detail.
select count(*)
from (
    from backtest.runs
    union all by name
    select null::varchar as keep, null::boolean as asked where false
)
where status = 'done' and role = 'scenario' and coalesce(asked, true) and keep = 'metrics'
