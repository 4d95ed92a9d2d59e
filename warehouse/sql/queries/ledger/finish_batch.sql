-- one row is the number of batches finished: one, or none where $batch_id is unknown; an empty $reason leaves what stands
update ops.batches
set status = $status, finished_at = $now, reason = if($reason = '', reason, $reason)
where batch_id = $batch_id
