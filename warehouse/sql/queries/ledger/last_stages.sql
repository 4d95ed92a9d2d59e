-- one row is one stage of the newest $limit batches, or one item of a stage that failed; a stage before its items
select runs.batch_id, runs.stage, runs.item, runs.status, runs.reason, runs.rows, runs.seconds, runs.error, runs.started_at
from ops.stage_runs as runs
join (select batch_id, rowid as place from ops.batches order by rowid desc limit $limit) as newest
    on newest.batch_id = runs.batch_id
where runs.item is null or runs.status = 'failed'
order by
    newest.place desc,
    min(runs.rowid) over (partition by runs.batch_id, runs.stage, runs.started_at),
    runs.item nulls first
