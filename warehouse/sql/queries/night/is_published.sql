-- one row is whether a published file has the batch $batch_id, under the views that are of the fingerprint $surface
select
    exists (from ops.batches where batch_id = $batch_id)
    and (select arg_max(digest, version) from ops.migrations) is not distinct from $surface as known
