-- one row is the number of runs whose mark changed: $run_ids are asked for, and all others are not
update backtest.runs
set asked = not asked
where asked <> (run_id in (select unnest($run_ids::varchar[])))
