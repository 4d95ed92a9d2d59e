-- one row is one fill after which the bank is not what the bank before it, the trade and its costs make it
--
-- Every run as a whole; fill by fill where the whole is wrong, and in `closely` runs drawn by their fingerprint.
with starts as (select run_id, (parameters ->> '$.portfolio.initial_cash')::double as initial_cash from backtest.runs),
wholes as (select run_id, sum(flow) as flow, arg_max(bank, last_seq) as bank from audited_fills group by run_id),
closely as (
    select run_id
    from wholes join starts using (run_id)
    where not coalesce(abs(initial_cash + flow - bank) < 1e-6 * greatest(1, abs(bank), initial_cash), false)
    union
    (select run_id from backtest.runs where status = 'done' and keep = 'all' order by run_id limit getvariable('closely'))
),
flows as (
    select
        run_id, seq, date, ticker, action, bank_after,
        case
            when action like 'SKIP%' then 0
            when action like '%BUY' then -total - costs
            when action like '%SELL' then total - costs
            else total
        end as flow
    from backtest.fills
    where run_id in (select run_id from closely)
),
steps as (select *, lag(bank_after) over (partition by run_id order by seq) as bank_before from flows)
select run_id, seq, date, ticker, action, coalesce(bank_before, initial_cash) as bank_before, flow, bank_after
from steps join starts using (run_id)
where not coalesce(
    abs(coalesce(bank_before, initial_cash) + flow - bank_after)
    < 1e-6 * greatest(1, abs(bank_after), abs(flow), initial_cash),
    false
)
