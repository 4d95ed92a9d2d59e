-- one row is what was reached and not done of one asset for one reason in one year of one of the runs $run_ids, the newest first
-- Distinct orders, by the day on which they were first reached; of each the least money that lacked.
select
    run_id, year(first_on) as year, ticker, action, count(*) as orders, sum(times)::bigint as times, sum(wanted) as wanted,
    sum(lacked) as lacked
from main.skipped
where list_contains($run_ids, run_id) and ticker is not null
group by all
order by run_id, year desc, ticker, action
