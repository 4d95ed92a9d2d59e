-- one row is one batch of the file attached as `published`, in the order of the ledger, and how it ended
select batch_id, status, finished_at
from published.ops.batches
order by rowid
