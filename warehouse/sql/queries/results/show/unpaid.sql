-- one row is one reason for which withdrawals of the run $run_id were not paid in full
with withdrawals as (
    select
        date, price as due, case action when 'WITHDRAWAL' then -total else 0 end as paid,
        case
            when action = 'WITHDRAWAL' then 'paid in part: the bank held no more'
            when bank_after > 0 then 'skipped: synthetic dividends did not cover it'
            else 'skipped: the bank was empty'
        end as reason
    from backtest.fills
    where run_id = $run_id and action in ('WITHDRAWAL', 'SKIP_WITHDRAWAL')
)
select
    reason, count(*) as times, sum(due) as due, sum(paid) as paid, sum(due - paid) as lacked,
    min(date) as first_date, max(date) as last_date
from withdrawals
where due - paid > 0.005
group by all
order by first_date, reason
