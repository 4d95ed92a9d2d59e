-- one row is the number of batches written: one, running from now on
insert into ops.batches by name
select
    $batch_id as batch_id, $verb as verb, $source as source, $now::timestamp as started_at, null as finished_at,
    'running' as status, $reason as reason, $host as host, $pid as pid, $versions as versions
