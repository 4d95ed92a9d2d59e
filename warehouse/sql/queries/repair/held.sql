-- one row is what a work file holds: its bars and runs
select (select count(*) from raw.bars) as bars, (select count(*) from backtest.runs) as runs
