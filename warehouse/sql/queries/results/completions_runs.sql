-- one row is one name of a scenario or of a sweep that somebody asked for
select distinct name
from (select unnest([sweep, scenario]) as name from backtest.runs where role = 'scenario')
where name is not null
order by name
