-- one row is one ticker that failed in a recent batch of this source in which some other ticker came through
-- nights: on how many nights of such batches in a row, counted back from its last one, each told by its date in UTC, for
-- who mends a file and runs again and again has had one; last_try: when it was asked last.
with last_word as (
    select
        batch_id, ticker, max(rowid) as place,
        arg_max(status, rowid) as status, arg_max(fetched_at, rowid) as ended
    from raw.fetches
    where source = $source and fetched_at >= $since and status <> 'set_aside'
    group by batch_id, ticker
),
fair as (
    select batch_id from last_word group by batch_id having count(*) filter (where status <> 'failed') > 0
),
told as (
    select ticker, place, ended,
        count(*) filter (where status <> 'failed') over (partition by ticker order by place desc) as successes_since
    from last_word
    where batch_id in (select batch_id from fair)
)
select ticker, count(distinct ended::date) as nights, arg_max(ended, place) as last_try
from told
where successes_since = 0
group by ticker
order by ticker
