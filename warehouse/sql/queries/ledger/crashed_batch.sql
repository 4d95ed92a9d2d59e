-- one row is the number of batches marked as dead: one
update ops.batches
set status = 'crashed', reason = $reason
where batch_id = $batch_id
