-- one row is one asset of one run at one close, from its entry on; on a day without a bar of its own, at its last close
--
-- holdings and anchor are those after the day's last fill, nav is the all-time high after the day (the close of the
-- entry, then the highs of the bars that followed), nav_premium compares the close with the all-time high as it stood
-- before the day, weight is the share of the portfolio's total value.
with entries as (
    select run_id, ticker, min(date) as entered_on
    from backtest.fills
    where ticker is not null
    group by run_id, ticker
),
-- one row is one asset of one run after one day on which it had a fill
positions as (
    select run_id, ticker, date, arg_max(holdings_after, seq) as holdings, arg_max(anchor, seq) as anchor
    from backtest.fills
    where ticker is not null
    group by run_id, ticker, date
),
-- one row is one bar of a ticker seen from one date of entry: runs that entered on the same day share it
highs as (
    select
        entered.ticker, entered.entered_on, bars.date, bars.close,
        max(case when bars.date = entered.entered_on then bars.close else bars.high end) over so_far as nav
    from (select distinct ticker, entered_on from entries) as entered
    join clean.bars as bars on bars.ticker = entered.ticker and bars.date >= entered.entered_on
    window so_far as (partition by entered.ticker, entered.entered_on order by bars.date)
),
bars as (
    select *, coalesce(lag(nav) over (partition by ticker, entered_on order by date), close) as nav_before
    from highs
),
days as (
    select days.run_id, days.date, entries.ticker, entries.entered_on, days.total_value
    from backtest.portfolio_days as days
    join entries on entries.run_id = days.run_id and days.date >= entries.entered_on
)
select
    days.run_id,
    days.date,
    days.ticker,
    positions.holdings,
    bars.close,
    positions.holdings * bars.close as value,
    positions.holdings * bars.close / nullif(days.total_value, 0) as weight,
    bars.nav,
    bars.close / case when bars.date = days.date then bars.nav_before else bars.nav end - 1 as nav_premium,
    positions.anchor
from days
asof join positions
    on positions.run_id = days.run_id and positions.ticker = days.ticker and positions.date <= days.date
asof join bars
    on bars.ticker = days.ticker and bars.entered_on = days.entered_on and bars.date <= days.date
