-- one row is a table of the attached file $file
select schema_name, table_name
from duckdb_tables()
where database_name = $file
