-- one row is one asset of one run: what its lots add up to
select
    run_id, ticker, sum(qty) as opened,
    coalesce(sum(qty) filter (close_seq is not null), 0) as closed,
    coalesce(sum(qty) filter (close_seq is null), 0) as still_open
from backtest.lots
group by run_id, ticker
