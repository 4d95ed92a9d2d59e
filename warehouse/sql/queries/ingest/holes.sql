-- one row is one session without a whole bar that the source $source is asked for again, the earliest first
select ticker, date, found_on, asked_on, nights
from raw.holes
where source = $source
order by ticker, date
