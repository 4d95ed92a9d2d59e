-- one row is one figure of a measured run that is not the sum over its calendar years, or not what the last of them ended with
with runs as (
    select
        run_id, withdrawals, withdrawals_due, months_due::double as months_due, months_in_full::double as months_in_full,
        months_short::double as months_short, months_none::double as months_none, synthetic_dividends, dividends, interest,
        costs, taxes, fills::double as fills, days::double as days, total_return, final_value
    from metrics.runs
    where bank_return_contribution is not null
),
years as (
    select
        run_id, sum(paid) as withdrawals, sum(due) as withdrawals_due, sum(months_due)::double as months_due,
        sum(months_in_full)::double as months_in_full, sum(months_short)::double as months_short,
        sum(months_none)::double as months_none, sum(synthetic_dividends) as synthetic_dividends,
        sum(dividends) as dividends, sum(interest) as interest, sum(costs) as costs, sum(taxes) as taxes,
        sum(fills)::double as fills, sum(days)::double as days, product(1 + total_return) - 1 as total_return,
        max_by(final_value, year) as final_value
    from metrics.years
    where run_id in (select run_id from runs)
    group by run_id
)
select run_id, figure, of_run.amount as of_run, of_years.amount as of_years
from (unpivot runs on columns(* exclude run_id) into name figure value amount) as of_run
full join (unpivot years on columns(* exclude run_id) into name figure value amount) as of_years using (run_id, figure)
where not coalesce(abs(of_run.amount - of_years.amount) < 1e-6 * greatest(1, abs(of_run.amount)), false)
