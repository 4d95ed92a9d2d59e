-- one row is one day on which a portfolio's bank is not the one that its last fill left
--
-- The last day of every run; every day where that one is wrong, and in `closely` runs.
with lasts as (select run_id, arg_max(bank, last_seq) as bank_after from audited_fills group by run_id),
closely as (
    select run_id
    from audited_days left join lasts using (run_id)
    where not coalesce(abs(bank - bank_after) < 1e-6 * greatest(1, abs(bank)), false)
    union
    (select run_id from backtest.runs where status = 'done' and keep = 'all' order by run_id limit getvariable('closely'))
),
days as (select * from backtest.portfolio_days where run_id in (select run_id from closely)),
fills as (
    select run_id, date, arg_max(bank_after, seq) as bank_after
    from backtest.fills
    where run_id in (select run_id from closely)
    group by run_id, date
)
select days.run_id, days.date, days.bank, fills.bank_after
from days
asof left join fills on fills.run_id = days.run_id and fills.date <= days.date
where not coalesce(abs(days.bank - fills.bank_after) < 1e-6 * greatest(1, abs(days.bank)), false)
