-- one row is the batch whose results the file holds
select batch_id, started_at, status, reason, source
from ops.batches
order by batch_id desc
limit 1
