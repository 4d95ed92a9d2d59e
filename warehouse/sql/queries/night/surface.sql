-- one row is the fingerprint of the views and comments as this file has them
select arg_max(digest, version) as digest
from ops.migrations
