-- one row is one file of detail that some night has left, be it that no run names it any more
select distinct place, file
from backtest.parts
