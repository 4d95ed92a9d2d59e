-- What a scenario is for, in the words of its file; the next night tells it.
alter table backtest.runs add column description varchar;
