-- one row is any part, used or not; none where there are none, which is soon known
select part
from backtest.parts
limit 1
