-- one row is one ticker that validation has blocked, with the reasons
select ticker, coalesce(string_agg(detail, '; ' order by rule), 'see clean.checks') as reason
from clean.checks
where verdict = 'blocked'
group by ticker
