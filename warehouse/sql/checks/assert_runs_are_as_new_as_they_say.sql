-- one row is one ticker of one done run that is asked for, whose state of the data is not that of the bars, or whose window ends elsewhere
with states as (
    select
        run_id, last_date, state.key as ticker,
        (state.value ->> 0)::date as first, (state.value ->> 1)::date as last, (state.value ->> 2)::bigint as rows
    from backtest.runs, json_each(data) as state
    where status = 'done' and asked
),
claims as (select distinct ticker, first, last, rows from states where rows > 0),
found as (
    select claims.*, count(bars.close) as bars, max(bars.date) as last_bar
    from claims
    left join clean.bars as bars on bars.ticker = claims.ticker and bars.date between claims.first and claims.last
    group by all
),
ends as (select run_id, max(last) as last_claimed from states group by run_id)
select states.run_id, states.ticker, states.last, states.rows, found.bars, found.last_bar, states.last_date
from states
join ends using (run_id)
left join found using (ticker, first, last, rows)
where states.rows > 0 and not coalesce(found.bars = states.rows and found.last_bar = states.last, false)
    or states.last_date is distinct from ends.last_claimed
