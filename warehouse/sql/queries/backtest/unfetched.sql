-- one row is one ticker whose last fetch failed, or was not tried since those before it did
select ticker
from raw.fetches
qualify row_number() over (partition by ticker order by rowid desc) = 1 and status in ('failed', 'set_aside')
