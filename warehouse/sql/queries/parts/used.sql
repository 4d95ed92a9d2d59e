-- one row is one file in which the detail of some run of this database stands
select part, holds, place, file, bytes
from backtest.parts
where part in (select part from backtest.runs)
order by holds, part
