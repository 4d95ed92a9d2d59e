-- one row is a view of the file, by its whole name
select schema_name || '.' || view_name as name
from duckdb_views()
where not internal and database_name = current_database()
