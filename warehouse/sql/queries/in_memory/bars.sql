-- one row is one of the `bars` that audited runs ran on: its close
select ticker, date, close
from bars
