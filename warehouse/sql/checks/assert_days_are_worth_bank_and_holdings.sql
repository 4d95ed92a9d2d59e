-- one row is one run and one day on which its value is not its bank and its holdings at their last close
--
-- The last day of every run; the last of every month where that one is wrong, and in `closely` runs. Of those asked for:
-- the closes under the others may have been restated since.
with ends as (
    select run_id, last_day as date, total_value, bank
    from audited_days
    where run_id in (select run_id from backtest.runs where asked)
),
held as (select run_id, ticker, holdings from audited_fills where ticker is not null),
-- one row is one ticker at one end: shared by all runs that end there
closes as (
    select wanted.ticker, wanted.date, bars.close
    from (select distinct held.ticker, ends.date from held join ends using (run_id)) as wanted
    asof left join clean.bars as bars on bars.ticker = wanted.ticker and bars.date <= wanted.date
),
worth as (
    select held.run_id, sum(held.holdings * closes.close) as holdings_value
    from held
    join ends using (run_id)
    join closes on closes.ticker = held.ticker and closes.date = ends.date
    group by held.run_id
),
closely as (
    select run_id
    from ends left join worth using (run_id)
    where not coalesce(
        abs(total_value - bank - holdings_value) < 1e-6 * greatest(1, abs(total_value), abs(holdings_value)), false
    )
    union
    (select run_id from backtest.runs where status = 'done' and asked and keep = 'all' order by run_id limit getvariable('closely'))
),
days as (
    select run_id, max(date) as date, arg_max(total_value, date) as total_value, arg_max(bank, date) as bank
    from backtest.portfolio_days
    where run_id in (select run_id from closely)
    group by run_id, date_trunc('month', date)
),
positions as (
    select run_id, ticker, date, arg_max(holdings_after, seq) as holdings
    from backtest.fills
    where ticker is not null and run_id in (select run_id from closely)
    group by run_id, ticker, date
),
asked as (
    select days.run_id, days.date, held.ticker
    from days join held on held.run_id = days.run_id
),
closes_then as (
    select wanted.ticker, wanted.date, bars.close
    from (select distinct ticker, date from asked) as wanted
    asof join clean.bars as bars on bars.ticker = wanted.ticker and bars.date <= wanted.date
),
assets as (
    select asked.run_id, asked.date, sum(positions.holdings * closes_then.close) as holdings_value
    from asked
    asof join positions
        on positions.run_id = asked.run_id and positions.ticker = asked.ticker and positions.date <= asked.date
    left join closes_then on closes_then.ticker = asked.ticker and closes_then.date = asked.date
    group by asked.run_id, asked.date
)
select days.run_id, days.date, days.total_value, days.bank, assets.holdings_value
from days left join assets using (run_id, date)
where not coalesce(
    abs(total_value - bank - holdings_value) < 1e-6 * greatest(1, abs(total_value), abs(holdings_value)), false
)
