-- one row is one batch that began from $due to $now and has carried the night out, whatever single items failed
-- $published: the batch that published what people read. Besides it, a batch that found all of it done and published, to
-- the stage $whole, has, and one that caught a night up and came to an end of its own: what it could not publish, another
-- would not. One that was interrupted has not: of its $stages, the one that it was in has no receipt.
with own as (select batch_id, stage from ops.stage_runs where item is null)
select batch_id
from ops.batches as batches
where
    started_at between $due and $now
    and (
        batch_id = $published
        or (status = 'done' and batch_id in (select batch_id from own where stage = $whole))
        or (
            verb = $catch_up
            and status in ('done', 'failed')
            and $stages = (select count(distinct stage) from own where own.batch_id = batches.batch_id)
        )
    )
