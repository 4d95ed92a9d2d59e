-- one row is one night that computed something anew, the newest first, with the last day that its runs knew
-- The ledger's order is that of the nights, whatever a clock said.
select history.batch_id, max(history.last_date) as last_date
from metrics.history as history
join ops.batches as batches on batches.batch_id = history.batch_id
group by history.batch_id, batches.rowid
order by batches.rowid desc
