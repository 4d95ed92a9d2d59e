-- one row is one stage of the newest $limit batches, or one item of a stage that failed; a stage before its items
select batch_id, stage, item, status, reason, rows, seconds, error, started_at
from ops.stage_runs
where
    batch_id in (select batch_id from ops.batches order by started_at desc, batch_id desc limit $limit)
    and (item is null or status = 'failed')
order by batch_id desc, started_at, stage, item nulls first
