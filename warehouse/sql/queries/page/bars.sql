-- one row is one bar of an asset of one of the runs $run_ids
select ticker, date, close, high
from clean.bars
where ticker in (select ticker from backtest.fills where list_contains($run_ids, run_id))
order by ticker, date
