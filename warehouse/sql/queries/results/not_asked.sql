-- one row is one scenario, or sweep, that is kept although nobody asks for it, and as of when
select coalesce(sweep, scenario) as scenario, max(last_date) as as_of
from backtest.runs
where role = 'scenario' and not asked
group by all
order by all
