-- one row is the number of rows of sources that are turned away
select count(*) as rows
from clean.rejects
