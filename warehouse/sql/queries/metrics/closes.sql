-- one row is one clean bar of the tickers asked for: its close
select ticker, date, close
from clean.bars
where list_contains($tickers, ticker)
