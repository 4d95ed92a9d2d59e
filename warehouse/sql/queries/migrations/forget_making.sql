-- one row is the number of records removed: when a warehouse was made, only that one knows
delete from template.ops.migrations
