-- one row is one close of one run's portfolio up to one day: that day's and the one before, the newest first
select date, total_value, bank
from backtest.portfolio_days
where run_id = $run_id and date <= $day
order by date desc
limit 2
