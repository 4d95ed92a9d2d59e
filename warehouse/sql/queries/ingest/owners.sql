-- one row is one ticker of raw.bars, and the source that its bars came from, as in stored.sql
select ticker, max_by(source, date) as source
from raw.bars
group by ticker
