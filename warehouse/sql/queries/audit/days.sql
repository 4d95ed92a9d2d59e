-- one row is one run: its portfolio days, and how they end
select
    run_id, count(*) as days, min(date) as first_day, max(date) as last_day,
    arg_max(total_value, date) as total_value, arg_max(bank, date) as bank
from backtest.portfolio_days
group by run_id
