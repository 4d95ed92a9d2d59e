-- one row is the run $run_id or one of the twins that it is compared with, the run itself first
with own as (select run_id, buy_and_hold_twin, ath_only_twin from metrics.runs where run_id = $run_id)
select
    case runs.run_id when own.run_id then 'scenario' when own.buy_and_hold_twin then 'held' else 'ath_only' end as who,
    runs.*
from metrics.runs as runs
join own on runs.run_id in (own.run_id, own.buy_and_hold_twin, own.ath_only_twin)
order by runs.run_id <> own.run_id, who desc
