-- one row is one run as it was judged: what it is worth, in a word and in a sentence, and why it is
select
    trials.run_id, runs.scenario, runs.role, trials.verdict, trials.sentence,
    trials.* exclude (run_id, scenario, verdict, sentence, sweep), trials.sweep
from judge.trials as trials
join backtest.runs as runs using (run_id)
order by trials.excess_cagr desc nulls last, runs.scenario
