-- one row is one table or view that can be asked, under the name that finds it, with its columns
select
    if(schema_name = 'main', table_name, schema_name || '.' || table_name) as name,
    list(column_name order by column_index) as columns
from duckdb_columns()
where
    not internal and database_name <> 'brought'
    and not starts_with(table_name, 'stored_') and not starts_with(table_name, 'beside_')
group by all
order by name
