-- one row is the number of runs that failed after all: the run $run_id, for $reason
update backtest.runs
set status = 'failed', error = $reason, first_date = null, last_date = null, part = null
where run_id = $run_id
