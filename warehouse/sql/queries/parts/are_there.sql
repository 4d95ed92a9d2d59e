-- one row is whether this file has a table of parts; a file of a version that left none has not
select exists (
    from duckdb_tables() where database_name = current_database() and schema_name = 'backtest' and table_name = 'parts'
)
