-- What a batch was asked has a table, so that it can be asked again; of batches of before it is not known.
-- What may hold a secret stands in no table: logins and keys are struck out of the addresses in reasons and errors.
create table ops.requests (
    batch_id varchar not null, files varchar, scenario_files varchar not null, workers varchar, stages varchar not null,
    scenarios varchar
);

create temporary macro struck(said) as regexp_replace(
    regexp_replace(said, '://[^\s/@]+@', '://***@', 'g'),
    '([?&][\w.-]*(?:key|token|secret|passw|pwd|sig|credential)[\w.-]*=)[^&\s''"]+', '\1***', 'gi'
);

update ops.batches set reason = struck(reason) where reason like '%://%';
update ops.stage_runs set reason = struck(reason), error = struck(error) where reason like '%://%' or error like '%://%';
update raw.fetches set error = struck(error) where error like '%://%';
update backtest.runs set error = struck(error) where error like '%://%';

drop macro temp.struck;
