-- one row is one date on which a ticker's bars were turned away, and none is trusted
select r.ticker, r.date
from clean.rejects as r
where
    list_contains($tickers, r.ticker)
    and list_contains($rules, r.rule)
    and not exists (select 1 from clean.bars as b where b.ticker = r.ticker and b.date = r.date)
group by r.ticker, r.date
order by r.ticker, r.date
