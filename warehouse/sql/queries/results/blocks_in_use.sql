-- one row is the work file: blocks in use, and blocks in all
select used_blocks, total_blocks
from pragma_database_size()
where database_name = current_database()
