-- one row is one asset of one of the runs $run_ids: what weight it is to have, and between what bounds
select run_id, ticker, target, band_min, band_max
from metrics.assets
where list_contains($run_ids, run_id)
order by run_id, position
