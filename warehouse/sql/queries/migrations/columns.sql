-- one row is one column of this file's tables and views, in the order of their columns
select schema_name || '.' || table_name, column_name, data_type, is_nullable
from duckdb_columns()
where not internal and database_name = current_database()
order by column_index
