-- one row is the batch whose results the file holds
select batch_id, started_at, status, reason, source
from ops.batches
order by rowid desc
limit 1
