-- one row is one batch of the file attached as `published`
select batch_id, status
from published.ops.batches
