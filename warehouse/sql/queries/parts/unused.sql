-- one row is one file of detail that no run here stands in, and that is none of $elsewhere
select part, holds, place, file, bytes
from backtest.parts
where part not in (select part from backtest.runs where part is not null) and not list_contains($elsewhere, part)
order by holds, part
