-- one row is one day: the nearest bars of a ticker and days of a run around it, and when the asset entered
select
    (select max(date) from clean.bars where ticker = $ticker and date < $day) as bar_before,
    (select min(date) from clean.bars where ticker = $ticker and date > $day) as bar_after,
    (select max(date) from backtest.portfolio_days where run_id = $run_id and date < $day) as day_before,
    (select min(date) from backtest.portfolio_days where run_id = $run_id and date > $day) as day_after,
    (select min(date) from backtest.fills where run_id = $run_id and ticker = $ticker) as entered_on
