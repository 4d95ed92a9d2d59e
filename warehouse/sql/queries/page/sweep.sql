-- one row is one member of the sweep $sweep, best first
select place, scenario, cagr_net
from metrics.ranking
where sweep = $sweep
order by place
