-- one row is the clean bar of one ticker on one day, if it has one
select open, high, low, close
from clean.bars
where ticker = $ticker and date = $day
