-- one row is the number of runs to look at entry by entry, though as a whole they are well: a quarter, 50 to 100
select least(greatest(count(*) // 4, 50), 100)
from backtest.runs
