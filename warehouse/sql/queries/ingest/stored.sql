-- one row is one ticker of raw.bars: what is stored, from which source, since when, until when
-- A bar that is dated ahead is no end: after one of the year 9999 nobody would be asked any more. first_ahead: the first
-- such date, which is possible by now where the clock stood wrong then; null where there is none. answered: whether a
-- receipt tells that its source has answered for it.
-- A ticker has one source at a time; max_by tells the one of its last row should that ever fail to hold.
select
    ticker,
    max_by(source, date) as source,
    min(date) as first_date,
    coalesce(max(date) filter (where not ahead), max(date)) as last_date,
    min(date) filter (where ahead) as first_ahead,
    ticker in (select ticker from raw.answers) as answered
from raw.dated_bars
group by ticker
order by ticker
