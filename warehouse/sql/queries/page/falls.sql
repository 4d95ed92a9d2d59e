-- one row is one of the ten deepest falls of one of the runs $run_ids
select run_id, depth, peak_on, trough_on, recovered_on, days
from metrics.drawdowns
where list_contains($run_ids, run_id) and rank <= 10
order by run_id, rank
