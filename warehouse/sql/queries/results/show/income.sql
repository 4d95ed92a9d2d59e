-- one row is one calendar year of the run $run_id: what came in, what was due and paid, and what was left at its end
select
    year, synthetic_dividends, dividends, interest, due, paid, paid_share, months_due, months_in_full, months_short,
    months_none, costs, taxes, total_return, final_value
from metrics.years
where run_id = $run_id
order by year
