-- one row is one ticker that has been validated: the gravest verdict, trusted bars, rows turned away, rules that suspect
--
-- and what the gravest check found
with judged as (
    select
        ticker,
        max(case verdict when 'blocked' then 4 when 'rejected' then 3 when 'suspect' then 2 else 1 end) as gravity,
        count(*) filter (where verdict = 'suspect') as suspected,
        string_agg(concat(rule, ': ', rows_failed), ', ' order by rule) filter (where verdict in ('rejected', 'suspect')) as found,
        string_agg(detail, '; ' order by rule = 'rejected_share', rule) filter (where verdict = 'blocked') as blocked,
        coalesce(bool_or(verdict = 'blocked' and rule <> 'rejected_share'), false) as refused
    from clean.checks
    group by ticker
),
bars as (select ticker, count(*) as rows from clean.bars group by ticker),
rejects as (select ticker, count(*) as rows from clean.rejects group by ticker)
select
    judged.ticker,
    ['pass', 'suspect', 'rejected', 'blocked'][gravity] as verdict,
    coalesce(bars.rows, 0) as rows,
    coalesce(rejects.rows, 0) as rejected,
    judged.suspected,
    coalesce(judged.blocked, judged.found) as why,
    judged.refused
from judged
left join bars on bars.ticker = judged.ticker
left join rejects on rejects.ticker = judged.ticker
order by judged.ticker
