-- one row is one raw action of the tickers asked for, with its currency where it has one of its own, and its standing
-- where the source's last answer left it out
select a.*, case when a.kind = 'dividend' then c.currency end as currency, l.standing
from raw.actions as a
left join raw.left_out as l on l.ticker = a.ticker and l.date = a.date and l.kind = a.kind
left join raw.dividend_currencies as c on c.ticker = a.ticker and c.date = a.date
where list_contains($tickers, a.ticker)
