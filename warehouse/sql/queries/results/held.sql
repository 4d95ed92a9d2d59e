-- one row is one asset of the run $run_id, and what it holds of it at the end
select ticker, holdings
from metrics.assets
where run_id = $run_id
order by position
