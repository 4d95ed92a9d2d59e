-- one row is the work file: bytes in use, and bytes in all
select used_blocks * block_size as used, total_blocks * block_size as size
from pragma_database_size()
where database_name = current_database()
