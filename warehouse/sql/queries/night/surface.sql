-- one row is the fingerprint of the views and comments as this file has them; null where a step was taken since
select digest
from ops.migrations
where version = (select max(version) from ops.migrations)
