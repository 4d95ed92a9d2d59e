-- one row is one batch that says that it is running, the oldest first
select batch_id, host, pid
from ops.batches
where status = 'running'
order by rowid
