-- one row is one entry of the history of a run after its day in $since, in order
--
-- $run_ids and $since go side by side.
with asked as (select unnest($run_ids) as run_id, unnest($since::date[]) as since)
select
    runs.scenario, fills.date, fills.ticker, fills.action, fills.qty, fills.price, fills.total, fills.bank_after,
    fills.anchor, fills.run_id
from backtest.fills as fills
join asked using (run_id)
join backtest.runs as runs using (run_id)
where fills.date > asked.since
order by runs.scenario, fills.run_id, fills.seq
