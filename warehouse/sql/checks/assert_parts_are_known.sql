-- one row is one done run that keeps its detail in a part of which no file is known, or names a part and keeps none
select run_id, scenario, keep, part
from backtest.runs
where
    status = 'done'
    and ((keep = 'parts') <> (part is not null) or (part is not null and part not in (select part from backtest.parts)))
