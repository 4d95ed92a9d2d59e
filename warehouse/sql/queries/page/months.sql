-- one row is one month of one of the runs $run_ids
select run_id, year(month) as year, month(month) as month, total_return
from metrics.monthly
where list_contains($run_ids, run_id)
order by run_id, year, month
