-- one row is one batch that began from $due to $now and has carried the night out, whatever single items failed
-- $published: the batch that published what people read. Besides it, a batch that found all of it done and published, to
-- the stage $whole, has, and one that caught a night up and came to an end of its own: what it could not publish, another
-- would not.
select batch_id
from ops.batches
where
    started_at between $due and $now
    and (
        batch_id = $published
        or (verb = $catch_up and status in ('done', 'failed'))
        or (status = 'done' and batch_id in (select batch_id from ops.stage_runs where stage = $whole and item is null))
    )
