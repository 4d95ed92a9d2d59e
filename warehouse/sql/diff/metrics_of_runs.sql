-- one row is one column of metrics.runs in the file attached as $side
select column_name
from duckdb_columns()
where database_name = $side and schema_name = 'metrics' and table_name = 'runs'
