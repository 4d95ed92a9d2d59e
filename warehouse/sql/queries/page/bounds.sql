-- one row is one asset of the run $run_id: what weight it is to have, and between what bounds
select ticker, target, band_min, band_max
from metrics.assets
where run_id = $run_id
order by position
