-- one row is one scenario that somebody asked for, with its metrics, best total return first
select
    row_number() over (order by total_return desc nulls last, scenario) as place,
    * exclude (role)
from metrics.runs
where role = 'scenario'
order by place
