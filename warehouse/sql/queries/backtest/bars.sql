-- one row is one clean bar of the tickers asked for, with the cash dividends per share of its date
select
    b.ticker, b.date, b.open, b.high, b.low, b.close, coalesce(d.dividend, 0.0) as dividend
from clean.bars as b
left join (
    select ticker, date, sum(value) as dividend
    from clean.actions
    where kind = 'dividend'
    group by ticker, date
) as d using (ticker, date)
where list_contains($tickers, b.ticker)
order by b.ticker, b.date
