-- one row is one asset of one run, or what is about its cash alone: its fills, what they add up to, and how they end
select
    run_id, ticker, count(*) as fills, min(date) as first_fill, max(date) as last_fill, max(seq) as last_seq,
    arg_max(bank_after, seq) as bank,
    arg_max(holdings_after, seq) as holdings,
    min(holdings_after) as lowest_holdings,
    count(holdings_after) = count(*) as holdings_are_known,
    sum(case
        when action like 'SKIP%' then 0
        when action like '%BUY' then -total - costs
        when action like '%SELL' then total - costs
        else total
    end) as flow,
    sum(case
        when action like 'SKIP%' then 0
        when action like '%BUY' then qty
        when action like '%SELL' then -qty
        else 0
    end) as change,
    coalesce(sum(qty) filter (action like '%BUY' and action not like 'SKIP%'), 0) as bought,
    coalesce(sum(qty) filter (action like '%SELL'), 0) as sold
from backtest.fills
group by run_id, ticker
