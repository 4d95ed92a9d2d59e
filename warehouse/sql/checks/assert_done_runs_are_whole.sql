-- one row is one run that is done and kept whole but lacks fills, or whose days do not cover its window, bar by bar
-- Of those asked for: under the others, bars may have been added since, or turned away.
with windows as (
    -- one row is one state of the data in one window: many runs share it
    select distinct data, first_date, last_date
    from backtest.runs
    where status = 'done' and asked and keep = 'all'
),
expected as (
    select windows.*, count(distinct bars.date) as trading_days
    from windows
    left join clean.bars as bars
        on list_contains(json_keys(windows.data), bars.ticker)
        and bars.date between windows.first_date and windows.last_date
    group by all
),
fills as (
    select run_id, sum(fills) as fills, min(first_fill) as first_fill, max(last_fill) as last_fill
    from audited_fills
    group by run_id
)
select
    runs.run_id, runs.scenario, runs.first_date, runs.last_date, expected.trading_days,
    days.first_day, days.last_day, days.days, fills.fills, fills.first_fill, fills.last_fill
from backtest.runs as runs
join expected using (data, first_date, last_date)
left join audited_days as days using (run_id)
left join fills using (run_id)
where runs.status = 'done' and runs.asked and runs.keep = 'all' and not coalesce(
    days.first_day = runs.first_date
    and days.last_day = runs.last_date
    and days.days = expected.trading_days
    and fills.fills > 0
    and fills.first_fill >= runs.first_date
    and fills.last_fill <= runs.last_date,
    false
)
