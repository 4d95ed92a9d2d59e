-- one row is one attempt to fetch it, of the ticker $ticker, the newest first
select *
from raw.fetches
where ticker = $ticker
order by rowid desc
limit $limit
