-- one row is one night that computed something anew, the newest first, with the last day that its runs knew
select batch_id, max(last_date) as last_date
from metrics.history
group by batch_id
order by batch_id desc
