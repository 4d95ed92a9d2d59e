-- one row is one stage of one batch: its own receipt, and how many of its items were done, skipped and failed
select
    batches.batch_id, batches.started_at, batches.verb, batches.source, batches.status as batch_status, stages.stage,
    any_value(stages.status) filter (stages.item is null) as status,
    count(*) filter (stages.item is not null and stages.status = 'done') as items_done,
    count(*) filter (stages.item is not null and stages.status = 'skipped') as items_skipped,
    count(*) filter (stages.item is not null and stages.status = 'failed') as items_failed,
    coalesce(sum(stages.rows) filter (stages.item is null), 0)::bigint as rows,
    max(stages.seconds) filter (stages.item is null) as seconds,
    any_value(stages.reason) filter (stages.item is null) as reason,
    any_value(stages.error) filter (stages.error is not null) as first_error
from ops.batches as batches
left join ops.stage_runs as stages on stages.batch_id = batches.batch_id
group by all
order by max(batches.rowid) desc, min(stages.rowid)
