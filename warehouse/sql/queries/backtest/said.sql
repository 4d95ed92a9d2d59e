-- one row is one ticker of which a source says what its prices are in, or whether dividends were taken out of them
select ticker, currency, adjusted_for_dividends
from raw.tickers
where currency is not null or adjusted_for_dividends is not null
