-- one row is one trusted bar that is dated after the day on which its source last gave it
with given as (
    select bars.ticker, coalesce(any_value(answers.answered_at), max(bars.ingested_at)) as given_at
    from raw.bars as bars
    left join raw.answers as answers on answers.ticker = bars.ticker
    group by bars.ticker
)
select b.ticker, b.date, b.source, given.given_at
from clean.bars as b join given using (ticker)
where b.date > (given.given_at + interval 14 hour)::date -- the earliest time zone is that far ahead of UTC
