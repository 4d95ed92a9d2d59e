-- one row is one scenario that somebody asks for, with its metrics, best growth a year net of taxes due first, ties by name
select
    row_number() over (order by cagr_net desc nulls last, scenario) as place,
    * exclude (role)
from metrics.runs
where role = 'scenario' and run_id in (select run_id from backtest.runs where asked)
order by place
