-- one row is one scenario, with the last day that was known of it after the night $batch_id
with nights as (select batch_id, rowid as place from ops.batches)
select history.scenario, arg_max(history.last_date, nights.place) as last_date
from metrics.history as history
join nights on nights.batch_id = history.batch_id
where nights.place <= (select place from nights where batch_id = $batch_id)
group by history.scenario
