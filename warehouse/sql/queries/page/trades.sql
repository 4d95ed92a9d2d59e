-- one row is the days of one side's trades of one asset, of the newest 400 trades of one of the runs $run_ids
with newest as (
    select run_id, seq, ticker, date, case when signed_qty < 0 then 'sell' else 'buy' end as side
    from backtest.trades
    where list_contains($run_ids, run_id)
    qualify row_number() over (partition by run_id order by seq desc) <= 400  -- more marks would hide the lines
)
select run_id, ticker, side, list(date order by seq) as days
from newest
group by run_id, ticker, side
order by run_id, ticker, side
