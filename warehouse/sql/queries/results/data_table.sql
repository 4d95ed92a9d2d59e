-- one row is one ticker that is stored or was ever asked for: what there is, how fresh, what was rejected and suspected
-- until: no date that lies ahead, as in ingest/stored.sql
with raw as (
    select
        ticker, max_by(source, date) as source, count(*) as bars, min(date) as since,
        coalesce(max(date) filter (where not ahead), max(date)) as until
    from raw.dated_bars group by ticker
),
actions as (
    select
        ticker,
        count(*) filter (where kind = 'dividend') as dividends,
        count(*) filter (where kind = 'split') as splits
    from raw.actions group by ticker
),
tries as (
    select ticker, fetched_at as asked_at, status, error, source
    from raw.fetches
    qualify row_number() over (partition by ticker order by rowid desc) = 1
),
trusted as (select ticker, count(*) as bars from clean.bars group by ticker),
rejects as (select ticker, count(*) as rows from clean.rejects group by ticker),
checks as (
    select
        ticker,
        max(case verdict when 'blocked' then 4 when 'rejected' then 3 when 'suspect' then 2 else 1 end) as gravity,
        string_agg(concat(rule, ' ', rows_failed), ', ' order by rule) filter (where verdict = 'suspect') as suspected,
        string_agg(concat(rule, ' ', rows_failed), ', ' order by rule) filter (where verdict = 'rejected') as turned_away,
        string_agg(concat(rule, ' ', rows_failed), ', ' order by rule) filter (where verdict = 'blocked') as blocked_by
    from clean.checks group by ticker
),
revised as (select ticker, count(distinct date) as dates from raw.revisions group by ticker),
left_out as (select ticker, count(*) as rows from raw.left_out group by ticker),
holes as (select ticker, count(*) as sessions from raw.holes group by ticker)
select
    coalesce(raw.ticker, tries.ticker) as ticker,
    coalesce(raw.source, tries.source) as source,
    coalesce(raw.bars, 0) as bars,
    raw.since,
    raw.until,
    date_diff('day', raw.until, $today::date) as days_old,
    coalesce(trusted.bars, 0) as trusted,
    coalesce(rejects.rows, 0) as rejected,
    coalesce(actions.dividends, 0) as dividends,
    coalesce(actions.splits, 0) as splits,
    said.currency,
    coalesce(revised.dates, 0) as revised,
    coalesce(left_out.rows, 0) as left_out,
    coalesce(holes.sessions, 0) as holes,
    case when checks.ticker is null then 'not validated' else ['pass', 'suspect', 'rejected', 'blocked'][gravity] end as verdict,
    nullif(concat_ws(', ', checks.blocked_by, checks.turned_away, checks.suspected), '') as found,
    tries.asked_at,
    tries.status as last_try,
    tries.error as last_error
from raw
full join tries on tries.ticker = raw.ticker
left join actions on actions.ticker = coalesce(raw.ticker, tries.ticker)
left join trusted on trusted.ticker = coalesce(raw.ticker, tries.ticker)
left join rejects on rejects.ticker = coalesce(raw.ticker, tries.ticker)
left join checks on checks.ticker = coalesce(raw.ticker, tries.ticker)
left join revised on revised.ticker = coalesce(raw.ticker, tries.ticker)
left join raw.tickers as said on said.ticker = coalesce(raw.ticker, tries.ticker)
left join left_out on left_out.ticker = coalesce(raw.ticker, tries.ticker)
left join holes on holes.ticker = coalesce(raw.ticker, tries.ticker)
order by ticker
