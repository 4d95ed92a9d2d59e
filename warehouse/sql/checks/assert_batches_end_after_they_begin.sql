-- one row is the last batch, or a stage of it, that ended or began before it could, or says that it ended without when
--
-- The clock was set back meanwhile. Batches before it are past: nothing can mend what they say.
with last as (select * from ops.batches order by rowid desc limit 1)
select batch_id, null as stage, started_at, finished_at, status
from last
where finished_at < started_at or (status in ('done', 'failed') and finished_at is null)
union all
select stages.batch_id, stages.stage, stages.started_at, stages.finished_at, stages.status
from ops.stage_runs as stages join last using (batch_id)
where stages.finished_at < stages.started_at or stages.started_at < last.started_at
