-- one row is one rule that the ticker did not pass, of the ticker $ticker, the gravest first
select *
from clean.checks
where ticker = $ticker and verdict <> 'pass'
order by verdict <> 'blocked', verdict <> 'rejected', rule
limit $limit
