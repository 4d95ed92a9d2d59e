-- one row is one order that rests at the end of a run, for the next bar
select
    resting.run_id, runs.scenario, runs.role, resting.* exclude (run_id),
    resting.qty * resting.limit_price as worth
from backtest.orders as resting
join backtest.runs as runs using (run_id)
