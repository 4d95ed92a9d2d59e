-- one row is one column of the table or view $name, in its order
select column_name, data_type as column_type, comment as meaning
from duckdb_columns()
where database_name = $database and schema_name = $schema and table_name = $name
order by column_index
