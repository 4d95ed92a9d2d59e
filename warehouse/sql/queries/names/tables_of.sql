-- one row is one table of the schema $schema in the database $database
select table_name
from duckdb_tables()
where database_name = $database and schema_name = $schema
order by table_name
