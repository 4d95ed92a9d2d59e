-- one row is one ticker for which its source has answered: when it did so last, as far as clocks can be believed
--
-- Of the last three answers, in the order of the ledger, the last one's time; where both before it were later, the clock
-- was set back, and the earlier of these two is believed.
select
    ticker,
    case when times[1] < times[2] and times[1] < times[3] then least(times[2], times[3]) else times[1] end as answered_at
from (
    select ticker, arg_max(fetched_at, rowid, 3) as times
    from raw.fetches
    where status in ('ok', 'unchanged')
    group by ticker
)
