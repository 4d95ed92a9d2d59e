-- one row is one item of the newest batch that failed, or one stage of which no item did
select stage, item, coalesce(error, reason) as reason
from ops.stage_runs as failed
where status = 'failed' and batch_id = (select batch_id from ops.batches order by rowid desc limit 1)
    and (
        item is not null
        or not exists (
            from ops.stage_runs as items
            where items.batch_id = failed.batch_id and items.stage = failed.stage and items.status = 'failed'
                and items.item is not null
        )
    )
order by stage, item nulls first
