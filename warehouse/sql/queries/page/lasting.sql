-- one row is one calendar year of one of the runs $run_ids
select run_id, year, paid_share
from metrics.years
where list_contains($run_ids, run_id)
order by run_id, year
