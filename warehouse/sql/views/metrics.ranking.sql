-- one row is one scenario that somebody asks for, with its metrics and what it is worth, best growth a year net of taxes due first, ties by name
select
    row_number() over (order by m.cagr_net desc nulls last, m.scenario) as place,
    m.* exclude (role),
    t.verdict, t.luck, t.sentence as verdict_sentence
from metrics.runs as m
left join judge.trials as t using (run_id)
where m.role = 'scenario' and m.run_id in (select run_id from backtest.runs where asked)
order by place
