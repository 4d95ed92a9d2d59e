-- How often orders are laid anew and which random paths are drawn become columns; so do taxes due, and what is net of them.
-- Runs of before laid their orders at once. Those that were never taxed owe nothing; the others, and those on the path
-- that is none any more, count as not measured: the next night runs and measures them anew.

alter table metrics.runs add column requote varchar default 'at_once';
alter table metrics.runs add column seed bigint default 1;
alter table metrics.runs add column final_value_net double default 0;
alter table metrics.runs add column cagr_net double;
alter table metrics.runs add column taxes_due double default 0;

-- DuckDB takes "not null" only before rows are updated, so the defaults above hold the place until then
alter table metrics.runs alter column requote set not null;
alter table metrics.runs alter column seed set not null;
alter table metrics.runs alter column final_value_net set not null;
alter table metrics.runs alter column taxes_due set not null;
alter table metrics.runs alter column requote drop default;
alter table metrics.runs alter column seed drop default;
alter table metrics.runs alter column final_value_net drop default;
alter table metrics.runs alter column taxes_due drop default;

delete from metrics.runs where tax_short_rate is not null or path = 'single';

update metrics.runs set final_value_net = final_value, cagr_net = cagr;
