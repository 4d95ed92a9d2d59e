-- one row is the last batch before $this in which some stage did or failed something; null when there is none
select max(batch_id) as batch_id
from ops.stage_runs
where status <> 'skipped' and batch_id <> $this
