-- one row is one of the ten worst starts of the first plan of the scenario of one of the runs $run_ids
select
    runs.run_id, windows.rank, windows.first_date, windows.last_date, windows.paid_share, windows.months_short,
    windows.longest_short, windows.failed_on, windows.final_value_real, windows.swr
from retire.windows as windows
join retire.terms as terms using (plan_id)
join backtest.runs as runs on runs.scenario = terms.scenario and runs.role = 'scenario'
where list_contains($run_ids, runs.run_id) and windows.plan = 1 and windows.who = 'scenario' and windows.rank <= 10
order by runs.run_id, windows.rank
