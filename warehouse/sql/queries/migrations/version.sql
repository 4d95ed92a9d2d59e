-- one row is the version of this file's tables
select coalesce(max(version), 0)
from ops.migrations
