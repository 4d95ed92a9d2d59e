-- one row is one close of one asset of one run up to one day: that day's and the one before, the newest first
select date, holdings, close, value, weight, nav, nav_premium, anchor
from backtest.asset_days
where run_id = $run_id and ticker = $ticker and date <= $day
order by date desc
limit 2
