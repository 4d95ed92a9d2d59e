-- one row is the place of the run $run_id in metrics.ranking, and of how many
select place, (select count(*) from metrics.ranking) as of
from metrics.ranking
where run_id = $run_id
