"""Pure functions over arrays: returns, growth, risk, drawdowns. None knows anything of a portfolio.

Arrays are float64, days are ordinals (days since 1970-01-01). NaN means that a figure does not exist for this history
(one close, no dispersion, no drawdown); tables carry null there.
"""

from sdengine.statistics.annual import DAYS_PER_YEAR, annual_growth, observed_periods, period_rate, years_between
from sdengine.statistics.beside import alpha, beta, capture, information_ratio, tracking_error
from sdengine.statistics.correlation import correlation, mean_correlation
from sdengine.statistics.drawdowns import (
    NEVER,
    calmar,
    drawdown_series,
    find_drawdowns,
    martin_ratio,
    max_drawdown,
    recovery_factor,
    time_under_water,
    ulcer_index,
)
from sdengine.statistics.money_weighted import money_weighted_return
from sdengine.statistics.periods import month_ends, returns_between
from sdengine.statistics.returns import daily_returns, total_return, wealth_index
from sdengine.statistics.reward import gain_to_pain, omega, payoff_ratio, tail_ratio
from sdengine.statistics.risk import (
    deviation,
    downside_deviation,
    downside_volatility,
    expected_shortfall,
    lowest,
    mean,
    quantile,
    sharpe,
    sortino,
    value_at_risk,
    volatility,
)
from sdengine.statistics.shape import autocorrelation, kurtosis, longest_streak, skewness, stability

__all__ = [
    "DAYS_PER_YEAR",
    "NEVER",
    "alpha",
    "annual_growth",
    "autocorrelation",
    "beta",
    "calmar",
    "capture",
    "correlation",
    "daily_returns",
    "deviation",
    "downside_deviation",
    "downside_volatility",
    "drawdown_series",
    "expected_shortfall",
    "find_drawdowns",
    "gain_to_pain",
    "information_ratio",
    "kurtosis",
    "longest_streak",
    "lowest",
    "martin_ratio",
    "max_drawdown",
    "mean",
    "mean_correlation",
    "money_weighted_return",
    "month_ends",
    "observed_periods",
    "omega",
    "payoff_ratio",
    "period_rate",
    "quantile",
    "recovery_factor",
    "returns_between",
    "sharpe",
    "skewness",
    "sortino",
    "stability",
    "tail_ratio",
    "time_under_water",
    "total_return",
    "tracking_error",
    "ulcer_index",
    "value_at_risk",
    "volatility",
    "wealth_index",
    "years_between",
]
