-- What is kept of a run becomes a column. Everything was kept until now.
alter table backtest.runs add column keep varchar default 'all';
alter table backtest.runs alter column keep set not null;
alter table backtest.runs alter column keep drop default;
