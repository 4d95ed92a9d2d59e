-- one row is one calendar year of one of the runs $run_ids
select
    run_id, year, synthetic_dividends, dividends, interest, due, paid, paid_share, months_short, months_none, final_value
from metrics.years
where list_contains($run_ids, run_id)
order by run_id, year
