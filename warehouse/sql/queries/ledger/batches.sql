-- one row is one batch, the newest first, no more than $limit of them
select *
from ops.batches
order by rowid desc
limit $limit
