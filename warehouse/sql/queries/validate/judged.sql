-- one row is one ticker whose raw rows have been judged, with the fingerprint of what was judged
select ticker, detail
from clean.checks
where rule = $rule
