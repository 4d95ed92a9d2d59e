-- one row is one scenario that somebody asked for, with its metrics, the highest growth a year first, ties by name
select
    row_number() over (order by cagr desc nulls last, scenario) as place,
    * exclude (role)
from metrics.runs
where role = 'scenario'
order by place
