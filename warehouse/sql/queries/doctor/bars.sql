-- one row is one source: how many tickers it gave, and the last of their bars that is not dated ahead of $today
select source, count(distinct ticker) as tickers, max(date) filter (where date <= $today) as last
from raw.bars
group by source
order by source
