-- one row is one view for people: its name, and what one of its rows is
select view_name as name, replace(comment, 'one row is ', '') as "one row is"
from duckdb_views()
where not internal and schema_name = 'main' and comment is not null
order by name
