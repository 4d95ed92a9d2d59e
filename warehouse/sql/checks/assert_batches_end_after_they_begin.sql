-- one row is one batch or stage that ended before it began, or says that it ended without saying when
select batch_id, null as stage, started_at, finished_at, status
from ops.batches
where finished_at < started_at or (status in ('done', 'failed') and finished_at is null)
union all
select batch_id, stage, started_at, finished_at, status
from ops.stage_runs
where finished_at < started_at
