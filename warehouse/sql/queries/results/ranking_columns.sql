-- one row is one column of metrics.ranking that scenarios can be ranked by
select column_name
from duckdb_columns()
where schema_name = 'metrics' and table_name = 'ranking' and data_type in ('DOUBLE', 'BIGINT', 'INTEGER') and column_name <> 'place'
order by column_index
