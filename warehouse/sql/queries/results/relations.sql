-- one row is one table or view of the published file: its rows as far as they are known, and what one of them is
with relations as (
    select schema_name || '.' || table_name as name, estimated_size as rows, comment
    from duckdb_tables()
    where not internal and database_name <> 'brought' and not starts_with(table_name, 'stored_')
    union all
    select schema_name || '.' || view_name, null, comment
    from duckdb_views()
    where not internal and database_name <> 'brought' and not temporary
)
select name as "table", rows, split_part(replace(comment, 'one row is ', ''), '. ', 1) as "one row is"
from relations
order by name
