-- one row is one ticker that validation has refused whole, with the reasons
select ticker, coalesce(string_agg(detail, '; ' order by rule), 'see clean.checks') as reason
from clean.checks
where verdict = 'blocked' and rule <> 'rejected_share' -- a share is held against each scenario's window
group by ticker
