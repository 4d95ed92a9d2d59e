-- one row is one item of a stage, ticker or scenario, that failed when a batch came to it last
select batch_id, stage, item
from ops.stage_runs
where item is not null
qualify row_number() over (partition by stage, item order by rowid desc) = 1 and status = 'failed'
order by batch_id, stage, item
