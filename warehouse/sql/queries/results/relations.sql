-- one row is one table or view of the published file: its rows as far as they are known, and what one of them is
select schema_name || '.' || table_name as "table", estimated_size as rows, comment as "one row is"
from duckdb_tables()
where not internal
union all
select schema_name || '.' || view_name, null, comment
from duckdb_views()
where not internal
order by 1
