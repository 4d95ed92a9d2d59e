-- one row is one family that is judged no more: it is none of $names, and none of its runs is left aside
select sweep
from judge.sweeps
where
    not list_contains($names, sweep)
    and sweep not in (
        select trial.sweep
        from judge.trials as trial
        join backtest.runs as run using (run_id)
        where not run.asked
    )
order by sweep
