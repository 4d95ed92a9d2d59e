-- one row is one day of one of the runs $run_ids
select run_id, date, total_value, bank, nav_value, withdrawn
from backtest.portfolio_days
where list_contains($run_ids, run_id)
order by run_id, date
