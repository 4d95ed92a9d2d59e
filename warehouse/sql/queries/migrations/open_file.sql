-- one row is the name of the open file among the databases that DuckDB has open
select current_database()
