-- one row is one table or view of the file that was opened, or of ours beside it (in temp)
select database_name, schema_name, table_name as name
from duckdb_tables()
where not internal and database_name <> 'brought'
union all
select database_name, schema_name, view_name
from duckdb_views()
where not internal and database_name <> 'brought'
