"""What a run's wealth index says of growth, its price and its shape."""

from __future__ import annotations

import numpy as np

from sdengine.kernel.compiled import kernel
from sdengine.metrics.records import Floats, Record
from sdengine.statistics.annual import annual_growth, observed_periods, period_rate, years_between
from sdengine.statistics.returns import total_return
from sdengine.statistics.reward import gain_to_pain, omega, payoff_ratio, tail_ratio
from sdengine.statistics.risk import (
    downside_volatility,
    expected_shortfall,
    sharpe,
    sortino,
    value_at_risk,
    volatility,
)
from sdengine.statistics.shape import autocorrelation, kurtosis, longest_streak, skewness, stability

TAIL = 0.05
"""The share of days that value at risk, expected shortfall and the tail ratio look at."""


@kernel
def measure_growth(row: Record, index: Floats, returns: Floats, cash_rate: float, periods: float) -> None:
    """Measure growth and dispersion of one run's wealth index, with `periods` a year (NaN: as observed)."""
    row["years"] = years_between(row["first_date"], row["last_date"])
    observed = observed_periods(index.size, row["years"])
    row["periods_per_year"] = periods if periods > 0.0 else observed
    rate = period_rate(cash_rate, row["periods_per_year"])
    row["total_return"] = total_return(index)
    row["cagr"] = annual_growth(row["total_return"], row["years"])
    row["volatility"] = volatility(returns, row["periods_per_year"])
    row["downside_volatility"] = downside_volatility(returns, row["periods_per_year"], rate)
    row["sharpe"] = sharpe(returns, row["periods_per_year"], rate)
    row["sortino"] = sortino(returns, row["periods_per_year"], rate)
    row["omega"] = omega(returns, rate)
    row["profit_factor"] = omega(returns, 0.0)
    row["payoff_ratio"] = payoff_ratio(returns)
    row["value_at_risk"] = value_at_risk(returns, TAIL)
    row["expected_shortfall"] = expected_shortfall(returns, TAIL)
    row["tail_ratio"] = tail_ratio(returns, TAIL)
    row["common_sense_ratio"] = row["profit_factor"] * row["tail_ratio"]


@kernel
def measure_shape(row: Record, index: Floats, returns: Floats) -> None:
    """Measure how one run's returns are spread, and how they follow each other."""
    row["skewness"] = skewness(returns)
    row["kurtosis"] = kurtosis(returns)
    row["autocorrelation"] = autocorrelation(returns)
    row["stability"] = stability(index)
    row["gaining_streak"] = longest_streak(returns, 1.0)
    row["losing_streak"] = longest_streak(returns, -1.0)


@kernel
def measure_periods(row: Record, daily: Floats, monthly: Floats, yearly: Floats) -> None:
    """Measure the best and worst of one run's returns by day, month and year."""
    row["best_day"], row["worst_day"], row["gaining_days"] = extremes(daily)
    row["best_month"], row["worst_month"], row["gaining_months"] = extremes(monthly)
    row["gain_to_pain"] = gain_to_pain(monthly)
    row["best_year_return"], row["worst_year_return"], _ = extremes(yearly)


@kernel
def extremes(returns: Floats) -> tuple[float, float, float]:
    """Find the highest and the lowest return, and the share of those above zero; NaN of none."""
    if returns.size == 0:
        return np.nan, np.nan, np.nan
    best, worst, gaining = returns[0], returns[0], 0
    for r in returns:
        best, worst = max(best, r), min(worst, r)
        gaining += r > 0.0
    return best, worst, gaining / returns.size
