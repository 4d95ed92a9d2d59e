-- one row is one of the ten deepest falls of the run $run_id
select depth, peak_on, trough_on, recovered_on, days
from metrics.drawdowns
where run_id = $run_id and rank <= 10
order by rank
