-- one row is what one of the runs $run_ids is worth within one family of runs
select
    trials.run_id, trials.verdict, trials.sentence, trials.excess_cagr, trials.luck, trials.psr, trials.dsr,
    trials.neighbours, trials.neighbours_median_excess, excess.low as excess_low, excess.high as excess_high,
    sweeps.sweep, sweeps.trials, sweeps.worlds, sweeps.pbo, sweeps.walk_forward_excess_cagr,
    sweeps.walk_forward_cagr, sweeps.walk_forward_hindsight_cagr, sweeps.reason,
    paths.floor, paths.random_5, paths.random_95, paths.path_free, paths.bars_spanning_a_bracket
from judge.trials as trials
join judge.sweeps as sweeps using (sweep)
left join judge.intervals as excess
    on excess.sweep = trials.sweep and excess.run_id = trials.run_id and excess.metric = 'excess_cagr'
left join judge.path_range as paths
    on paths.sweep = trials.sweep and paths.run_id = trials.run_id and paths.metric = 'cagr'
where list_contains($run_ids, trials.run_id)
order by trials.run_id, sweeps.sweep
