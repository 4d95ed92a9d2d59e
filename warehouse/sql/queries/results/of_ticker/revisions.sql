-- one row is one number that its source has restated, of the ticker $ticker, the newest first
select *
from raw.revisions
where ticker = $ticker
order by max(rowid) over (partition by seen_at) desc, date desc, field
limit $limit
