-- one row is one month's last value of one of the runs $run_ids
select run_id, month, final_value
from metrics.monthly
where list_contains($run_ids, run_id)
order by run_id, month
