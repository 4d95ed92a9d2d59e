-- one row is one raw bar of the tickers asked for, with its standing where the source's last answer left it out
select b.*, l.standing
from raw.bars as b
left join raw.left_out as l on l.ticker = b.ticker and l.date = b.date and l.kind = 'bar'
where list_contains($tickers, b.ticker)
