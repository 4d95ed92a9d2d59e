-- Rows that are about cash only belong to no asset, so they have neither anchor nor holdings: null, no longer 0.

alter table backtest.fills alter column anchor drop not null;
alter table backtest.fills alter column holdings_after drop not null;

update backtest.fills set anchor = null, holdings_after = null where ticker is null;
