-- one row is the folder or file that the source $source was last read from; none where it is not known
select place
from raw.tickers
where source = $source and place is not null
order by told_at desc, ticker
limit 1
