-- one row is one fill of an asset of one of the runs $run_ids
select run_id, ticker, date, holdings_after, anchor
from backtest.fills
where list_contains($run_ids, run_id) and ticker is not null
order by run_id, seq
