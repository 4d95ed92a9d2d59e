-- one row is one ticker of raw.*: how many bars, a fingerprint of all that is stored of it, and what is known beside its rows
-- answered_at: when its source last answered for it; outlived: most other tickers of its source go on for $ended_days
-- days and more after its last bar.
-- bit_xor of row hashes does not depend on the order of rows nor on the number of threads. When a row was given counts
-- only where it can matter: for one that is dated ahead of it.
with bars as (
    select
        ticker,
        count(*) as rows,
        bit_xor(hash(date, open, high, low, close, volume, source, adjustment, ahead)) as state,
        sum(hash(date, open, high, low, close, volume) % 1000003) as copies,
        max(source) as source,
        max(date) filter (where not ahead) as last
    from raw.dated_bars
    group by ticker
),
actions as (
    select
        ticker,
        count(*) as rows,
        bit_xor(hash(date, kind, value, adjustment)) as state,
        sum(hash(date, kind, value) % 1000003) as copies
    from raw.actions
    group by ticker
),
said as (
    select ticker, bit_xor(fact) as state
    from (
        select ticker, hash(date, kind, standing) as fact from raw.left_out
        union all select ticker, hash(date, currency) from raw.dividend_currencies
        union all
        select ticker, hash(currency, adjusted_for_dividends)
        from raw.tickers
        where currency is not null or adjusted_for_dividends is not null
    )
    group by ticker
),
lives as (
    select
        ticker,
        2 * count(*) over (
            partition by source order by last
            range between to_days($ended_days) following and unbounded following
        ) > count(*) over (partition by source) - 1 as outlived
    from bars
    where last is not null
)
select
    bars.ticker,
    bars.rows,
    concat_ws(
        '-', bars.rows, bars.state, bars.copies, actions.rows, actions.state, actions.copies,
        said.state, case when lives.outlived then 'outlived' end
    ) as state,
    answers.answered_at,
    coalesce(lives.outlived, false) as outlived,
    tickers.currency,
    tickers.adjusted_for_dividends
from bars
left join said on said.ticker = bars.ticker
left join raw.answers as answers on answers.ticker = bars.ticker
left join raw.tickers as tickers on tickers.ticker = bars.ticker
left join actions on actions.ticker = bars.ticker
left join lives on lives.ticker = bars.ticker
order by bars.ticker
