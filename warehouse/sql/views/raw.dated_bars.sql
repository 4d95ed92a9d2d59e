-- one row is one raw bar, and whether it is dated ahead: after the day, in the earliest time zone, on which it was given
--
-- It was given when its source last answered for its ticker, or, where no answer is known, when it was stored.
select bars.*, bars.date > (coalesce(answers.answered_at, bars.ingested_at) + interval 14 hour)::date as ahead
from raw.bars as bars
left join raw.answers as answers on answers.ticker = bars.ticker
