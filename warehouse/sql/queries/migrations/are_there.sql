-- one row is the number of tables named ops.migrations: none in a file that is no warehouse
select count(*)
from duckdb_tables()
where schema_name = 'ops' and table_name = 'migrations' and database_name = current_database()
