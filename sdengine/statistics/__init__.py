"""Pure functions over arrays: returns, growth, risk, drawdowns. Each is compiled and knows nothing of a portfolio.

Arrays are float64, days are ordinals (days since 1970-01-01). NaN means that a figure does not exist for this history
(one close, no dispersion, no drawdown); tables carry null there.
"""

from sdengine.statistics.annual import DAYS_PER_YEAR, annual_growth, observed_periods, period_rate, years_between
from sdengine.statistics.correlation import correlation, mean_correlation
from sdengine.statistics.drawdowns import (
    NEVER,
    calmar,
    drawdown_series,
    find_drawdowns,
    max_drawdown,
    ulcer_index,
)
from sdengine.statistics.money_weighted import money_weighted_return
from sdengine.statistics.periods import month_ends, returns_between
from sdengine.statistics.returns import daily_returns, total_return, wealth_index
from sdengine.statistics.risk import (
    deviation,
    downside_deviation,
    expected_shortfall,
    lowest,
    mean,
    sharpe,
    sortino,
    value_at_risk,
    volatility,
)

__all__ = [
    "DAYS_PER_YEAR",
    "NEVER",
    "annual_growth",
    "calmar",
    "correlation",
    "daily_returns",
    "deviation",
    "downside_deviation",
    "drawdown_series",
    "expected_shortfall",
    "find_drawdowns",
    "lowest",
    "max_drawdown",
    "mean",
    "mean_correlation",
    "money_weighted_return",
    "month_ends",
    "observed_periods",
    "period_rate",
    "returns_between",
    "sharpe",
    "sortino",
    "total_return",
    "ulcer_index",
    "value_at_risk",
    "volatility",
    "wealth_index",
    "years_between",
]
