-- one row is what the warehouse was last fed with: scenario files, source and its files; none where no batch tells
select requests.scenario_files, batches.source, requests.files
from ops.requests as requests
join ops.batches as batches using (batch_id)
order by batches.rowid desc
limit 1
