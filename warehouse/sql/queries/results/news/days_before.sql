-- one row is one of the runs $run_ids, and its day before its last one
select run_id, max(date) as since
from backtest.portfolio_days as days
join backtest.runs as runs using (run_id)
where list_contains($run_ids, run_id) and days.date < runs.last_date
group by run_id
