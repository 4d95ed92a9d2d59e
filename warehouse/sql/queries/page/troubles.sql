-- one row is one stage or item of the newest batch that failed
select stage, item, coalesce(error, reason) as reason
from ops.stage_runs
where status = 'failed' and batch_id = (select max(batch_id) from ops.batches)
order by stage, item nulls first
