-- one row is one receipt of the batch $batch_id, in the order in which the stages ended, items before their stage's own
select *
from ops.stage_runs
where batch_id = $batch_id
order by min(rowid) over (partition by stage, started_at), item nulls last
