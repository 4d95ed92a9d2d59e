-- one row is one ticker with clean bars: its source, first and last date
select ticker, any_value(source) as source, min(date) as first, max(date) as last
from clean.bars
group by ticker
