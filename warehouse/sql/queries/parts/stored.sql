-- one row is one table of detail of this file whose name a view over it and the parts has
select table_name
from duckdb_tables()
where database_name = current_database() and schema_name = 'backtest' and starts_with(table_name, 'stored_')
