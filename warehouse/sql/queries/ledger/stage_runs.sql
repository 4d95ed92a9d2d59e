-- one row is one receipt of the batch $batch_id, in the order in which the stages began, items before their stage's own
select *
from ops.stage_runs
where batch_id = $batch_id
order by started_at, stage, item nulls last
