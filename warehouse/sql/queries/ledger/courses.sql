-- one row is one batch, the newest first: what it was asked, which stages it came through and whether an item failed
-- What batches of a version before were asked is not known, and null. reached: stages with a receipt of their own that is
-- no failure of the whole; a stage that was not reached has none.
select
    batches.rowid as place, batches.batch_id, batches.status, batches.source, requests.files, requests.scenario_files, requests.workers,
    requests.stages, requests.scenarios,
    coalesce(list(receipts.stage) filter (
        receipts.item is null and receipts.error is null and coalesce(receipts.reason, '') not like 'not reached: %'
    ), []) as reached,
    coalesce(list(receipts.stage) filter (receipts.item is null and receipts.error is not null), []) as broken,
    coalesce(bool_or(receipts.item is not null and receipts.status = 'failed'), false) as failed_items
from ops.batches as batches
left join ops.requests as requests on requests.batch_id = batches.batch_id
left join ops.stage_runs as receipts on receipts.batch_id = batches.batch_id
where batches.status <> 'running'
group by all
order by place desc
