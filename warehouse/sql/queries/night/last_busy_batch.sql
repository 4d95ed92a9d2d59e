-- one row is the last batch before $this in which some stage did or failed something; none where there is none
select batch_id
from ops.stage_runs
where status <> 'skipped' and batch_id <> $this
order by rowid desc
limit 1
