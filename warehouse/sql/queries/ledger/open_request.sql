-- one row is the number of requests written: one, of the batch that begins
insert into ops.requests by name
select
    $batch_id as batch_id, $files as files, $scenario_files as scenario_files, $workers as workers, $stages as stages,
    $scenarios as scenarios
