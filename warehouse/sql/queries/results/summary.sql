-- one row is one scenario, in the order of the ranking, with the figures that matter most, as far as this file has them
select
    place, scenario,
    columns('^(final_value|cagr|cagr_net|excess_cagr|max_drawdown|sharpe|synthetic_dividends|withdrawals|fills)$')
from metrics.ranking
order by place
