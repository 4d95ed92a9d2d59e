-- Whether somebody asks for a run becomes a column. What nobody asked for was not kept until now.
alter table backtest.runs add column asked boolean default true;
alter table backtest.runs alter column asked set not null;
alter table backtest.runs alter column asked drop default;
