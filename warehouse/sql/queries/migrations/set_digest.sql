-- one row is the number of records changed: the newest
update ops.migrations
set digest = $digest
where version = (select max(version) from ops.migrations)
