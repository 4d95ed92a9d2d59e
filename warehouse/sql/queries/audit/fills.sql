-- one row is one asset of one run, or what is about its cash alone: its fills, what they add up to, and how they end
-- By action first, in one look at each row; what an action means is asked of these few.
with by_action as (
    select
        run_id, ticker, action, count(*) as fills, min(date) as first_fill, max(date) as last_fill, max(seq) as last_seq,
        arg_max(bank_after, seq) as bank,
        arg_max(holdings_after, seq) as holdings,
        max(seq) filter (holdings_after is not null) as held_seq,
        min(holdings_after) as lowest_holdings,
        count(holdings_after) as known_holdings,
        sum(qty) as qty, sum(total) as total, sum(costs) as costs,
        action like 'SKIP%' as skipped, not skipped and action like '%BUY' as bought, action like '%SELL' as sold
    from backtest.fills
    group by run_id, ticker, action
)
select
    run_id, ticker, sum(fills)::bigint as fills, min(first_fill) as first_fill, max(last_fill) as last_fill,
    max(by_action.last_seq) as last_seq,
    arg_max(bank, by_action.last_seq) as bank,
    arg_max(holdings, held_seq) as holdings,
    min(lowest_holdings) as lowest_holdings,
    sum(known_holdings) = sum(fills) as holdings_are_known,
    sum(case when skipped then 0 when bought then -total - costs when sold then total - costs else total end) as flow,
    sum(case when skipped then 0 when bought then qty when sold then -qty else 0 end) as change,
    coalesce(sum(qty) filter (bought), 0) as bought,
    coalesce(sum(qty) filter (sold), 0) as sold
from by_action
group by run_id, ticker
