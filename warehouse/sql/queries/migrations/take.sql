-- one row is the number of steps recorded: one
insert into ops.migrations
values ($version, $says, $now, null)
