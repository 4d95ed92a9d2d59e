-- one row is one scenario, with the last day that was known of it after the night $batch_id
select scenario, arg_max(last_date, batch_id) as last_date
from metrics.history
where batch_id <= $batch_id
group by scenario
