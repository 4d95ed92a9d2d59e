-- one row is one month of the run $run_id
select year(month) as year, month(month) as month, total_return
from metrics.monthly
where run_id = $run_id
order by year, month
