-- one row is one trusted bar that is dated after the day on which its source last gave it
with given as (
    select ticker, max(given_at) as given_at
    from (
        select ticker, max(ingested_at) as given_at from raw.bars group by ticker
        union all
        select ticker, max(fetched_at) as given_at from raw.fetches where status in ('ok', 'unchanged') group by ticker
    ) as times
    group by ticker
)
select b.ticker, b.date, b.source, given.given_at
from clean.bars as b join given using (ticker)
where b.date > (given.given_at + interval 14 hour)::date -- the earliest time zone is that far ahead of UTC
