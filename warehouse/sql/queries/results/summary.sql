-- one row is one scenario, in the order of the ranking, with the figures that matter most, as far as this file has them
-- few and rounded, so that a frame of them fits 80 columns and breaks no name; `from ranking` has all
select
    place, scenario,
    round(columns('^(cagr_net|max_drawdown|sharpe)$'), 4)
from metrics.ranking
order by place
