-- one row is one calendar year of the run $run_id
select
    year, synthetic_dividends, dividends, interest, due, paid, paid_share, months_short, months_none, final_value
from metrics.years
where run_id = $run_id
order by year
