-- one row is one asset of one run whose holdings are not the sum of its open lots
with held as (select run_id, ticker, holdings from audited_fills where ticker is not null),
open_lots as (select run_id, ticker, still_open as in_lots from audited_lots)
select run_id, ticker, coalesce(holdings, 0) as holdings, coalesce(in_lots, 0) as in_lots
from held
full join open_lots using (run_id, ticker)
where abs(coalesce(holdings, 0) - coalesce(in_lots, 0)) >= 1e-6 * greatest(1, coalesce(holdings, 0))
