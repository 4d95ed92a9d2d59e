-- In which part a run's detail stands, and the files of the parts. All detail was in the tables until now, or nowhere.
alter table backtest.runs add column part varchar;
create table backtest.parts (
    part varchar not null, holds varchar not null, place varchar not null, file varchar not null,
    rows bigint not null, bytes bigint not null
);
