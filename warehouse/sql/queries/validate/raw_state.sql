-- one row is one ticker of raw.*: how many bars, and a fingerprint of its bars, its actions and what the source says of them
-- bit_xor of row hashes does not depend on the order of rows nor on the number of threads; ingested_at counts by its date
-- only where it can matter (a row dated later than the day it was stored).
with bars as (
    select
        ticker,
        count(*) as rows,
        bit_xor(hash(date, open, high, low, close, volume, source, adjustment, date > ingested_at::date + 1)) as state,
        sum(hash(date, open, high, low, close, volume) % 1000003) as copies
    from raw.bars
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
)
select
    bars.ticker,
    bars.rows,
    concat_ws('-', bars.rows, bars.state, bars.copies, actions.rows, actions.state, actions.copies, said.state) as state
from bars
left join actions on actions.ticker = bars.ticker
left join said on said.ticker = bars.ticker
order by bars.ticker
