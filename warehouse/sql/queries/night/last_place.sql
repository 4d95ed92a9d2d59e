-- one row is the folder or file that the source $source was last read from; none where it is not known
select told.place
from raw.tickers as told
left join (select ticker, max(rowid) as latest from raw.fetches where source = $source group by ticker) as tries
    on tries.ticker = told.ticker
where told.source = $source and told.place is not null
order by tries.latest desc nulls last, told.ticker
limit 1
