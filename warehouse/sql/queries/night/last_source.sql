-- one row is the last source that a batch asked for bars; none where no batch has
-- Batches without `ingest`, or with no ticker for their source, name a source, too, that they never asked; one that died
-- may have asked.
select source
from ops.batches
where
    status in ('running', 'crashed')
    or batch_id in (select batch_id from ops.stage_runs where stage = 'ingest' and item is not null)
order by rowid desc
limit 1
