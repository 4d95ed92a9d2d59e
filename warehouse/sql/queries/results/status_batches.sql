-- one row is one batch, the newest $batches of them, newest first
select *
from ops.batches
order by started_at desc, batch_id desc
limit $batches
