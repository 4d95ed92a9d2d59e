-- one row is one calendar month of one run: what came in, what was due to be taken out, what was
with payments as (
    select
        run_id, date_trunc('month', date)::date as month,
        sum(price) as due,
        -sum(total) as paid
    from backtest.fills
    where action in ('WITHDRAWAL', 'SKIP_WITHDRAWAL')
    group by run_id, month
)
select
    months.run_id, runs.scenario, runs.role, months.month,
    months.synthetic_dividends, months.dividends, months.interest, months.costs, months.taxes,
    coalesce(payments.due, 0) as due,
    coalesce(payments.paid, 0) as paid,
    coalesce(payments.due, 0) - coalesce(payments.paid, 0) as short
from metrics.monthly as months
join backtest.runs as runs using (run_id)
left join payments on payments.run_id = months.run_id and payments.month = months.month
