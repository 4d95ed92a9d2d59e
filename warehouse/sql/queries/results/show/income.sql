-- one row is one calendar year of the run $run_id: what came in, what was due and paid, and what was left at its end
with months as (
    select
        year(month) as year, sum(synthetic_dividends) as synthetic_dividends, sum(dividends) as dividends,
        sum(interest) as interest, sum(withdrawals) as paid, arg_max(final_value, month) as value
    from metrics.monthly
    where run_id = $run_id
    group by all
),
dues as (
    select year(date) as year, sum(price) as due, count(*) filter (action = 'SKIP_WITHDRAWAL') as skipped
    from backtest.fills
    where run_id = $run_id and action in ('WITHDRAWAL', 'SKIP_WITHDRAWAL')
    group by all
)
select months.year, synthetic_dividends, dividends, interest, coalesce(due, 0) as due, paid, coalesce(skipped, 0) as skipped, value
from months
left join dues using (year)
order by year
