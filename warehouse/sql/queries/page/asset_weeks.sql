-- one row is one asset of the run $run_id at the last close of one week
select date, ticker, weight, nav_premium
from backtest.asset_days
where run_id = $run_id
qualify row_number() over (partition by ticker, date_trunc('week', date) order by date desc) = 1
order by ticker, date
