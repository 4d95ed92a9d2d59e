-- one row is one order of the run $run_id that was reached and not done, the newest first
select ticker, action, first_on, last_on, times, qty, wanted, lacked
from main.skipped
where run_id = $run_id and ticker is not null
order by last_on desc, first_on desc, ticker, action
