-- one row is one table or view of the file that was opened, or of ours beside it (in temp)
-- Not what stands behind views over tables and parts. DuckDB's own are left out by their database: it makes them all
-- before it can tell that they are internal.
select database_name, schema_name, table_name as name
from duckdb_tables()
where database_name not in ('system', 'brought') and not internal and not starts_with(table_name, 'stored_')
union all
select database_name, schema_name, view_name
from duckdb_views()
where database_name not in ('system', 'brought') and not internal and not starts_with(view_name, 'beside_')
