-- one row is the figures of one of the runs $run_ids, as they were kept
select *
from metrics.runs
where list_contains($run_ids, run_id)
order by run_id
