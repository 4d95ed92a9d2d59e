"""Dispersion of daily returns, and reward for it.

`returns` are fractions `[N]`, `periods` is how many of them make a year, `risk_free` is a rate per period. With
fewer than two returns a sample deviation does not exist: NaN. A ratio whose denominator is zero does not exist either:
NaN, not infinity, so that a run without risk doesn't lead every ranking.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from sdengine.kernel.compiled import kernel

Floats = NDArray[np.float64]

ROUNDING = 1e-14
"""A dispersion of daily returns at or below this is rounding: equal returns differ in their last bits."""


@kernel
def mean(numbers: Floats) -> float:
    """Compute the arithmetic mean, `[N]`, added in order. NaN of none."""
    total = 0.0
    for x in numbers:
        total += x
    return total / numbers.size if numbers.size > 0 else np.nan


@kernel
def deviation(numbers: Floats) -> float:
    """Compute the sample deviation, `sqrt(sum((x - mean)**2) / (N - 1))`. NaN of fewer than two; 0 for rounding."""
    if numbers.size < 2:
        return np.nan
    centre = mean(numbers)
    squares = 0.0
    for x in numbers:
        squares += (x - centre) * (x - centre)
    spread = math.sqrt(squares / (numbers.size - 1))
    return spread if spread > ROUNDING else 0.0


@kernel
def volatility(returns: Floats, periods: float) -> float:
    """Annualise the volatility, a fraction: `deviation * sqrt(periods)`. Source: empyrical `annual_volatility`."""
    return deviation(returns) * math.sqrt(periods)


@kernel
def sharpe(returns: Floats, periods: float, risk_free: float) -> float:
    """Compute the Sharpe ratio, annualised: `mean(r - risk_free) / deviation(r) * sqrt(periods)`.

    NaN with fewer than two returns or without dispersion. Source: Sharpe 1994; empyrical `sharpe_ratio`.
    """
    spread = deviation(returns)
    return (mean(returns) - risk_free) / spread * math.sqrt(periods) if spread > 0.0 else np.nan


@kernel
def downside_deviation(returns: Floats, risk_free: float) -> float:
    """Compute the root mean square of shortfalls below `risk_free`: `sqrt(mean(min(r - risk_free, 0)**2))`, >= 0.

    The mean is over all periods, also those without shortfall. NaN with fewer than two returns.
    """
    if returns.size < 2:
        return np.nan
    squares = 0.0
    for r in returns:
        shortfall = min(r - risk_free, 0.0)
        squares += shortfall * shortfall
    spread = math.sqrt(squares / returns.size)
    return spread if spread > ROUNDING else 0.0


@kernel
def sortino(returns: Floats, periods: float, risk_free: float) -> float:
    """Compute the Sortino ratio, annualised: `mean(r - risk_free) / downside_deviation * sqrt(periods)`.

    NaN with fewer than two returns or where no return fell short. Source: Sortino and Price 1994; empyrical
    `sortino_ratio`.
    """
    spread = downside_deviation(returns, risk_free)
    return (mean(returns) - risk_free) / spread * math.sqrt(periods) if spread > 0.0 else np.nan


@kernel
def downside_volatility(returns: Floats, periods: float, risk_free: float) -> float:
    """Annualise the downside deviation, a fraction: `downside_deviation * sqrt(periods)`.

    Source: empyrical `downside_risk`.
    """
    return downside_deviation(returns, risk_free) * math.sqrt(periods)


@kernel
def lowest(numbers: Floats, count: int) -> Floats:
    """Find the `count` lowest of the numbers in rising order, `[N] -> [count]`; `count` is at most N.

    By insertion: for a small share of the numbers quicker than sorting them all, and far quicker to compile.
    """
    kept = np.empty(count)
    for k in range(count):
        kept[k] = np.inf
    for x in numbers:
        if x < kept[-1]:
            place = count - 1
            while place > 0 and kept[place - 1] > x:
                kept[place] = kept[place - 1]
                place -= 1
            kept[place] = x
    return kept


@kernel
def quantile(numbers: Floats, share: float) -> float:
    """Find the quantile that a small `share` of the numbers lies below, interpolated linearly. NaN of none."""
    if numbers.size == 0:
        return np.nan
    place = share * (numbers.size - 1)
    below = math.floor(place)
    above = min(below + 1, numbers.size - 1)
    found = lowest(numbers, above + 1)
    return found[below] + (found[above] - found[below]) * (place - below)


@kernel
def value_at_risk(returns: Floats, share: float) -> float:
    """Find the loss that a `share` (0.05) of the periods exceeded: historical value at risk, a fraction.

    `-quantile(returns, share)`, interpolated linearly. Positive is a loss; negative says that even then something
    was gained. NaN without returns. Source: empyrical `value_at_risk`, with the sign turned.
    """
    return -quantile(returns, share)


@kernel
def expected_shortfall(returns: Floats, share: float) -> float:
    """Average the losses of the worst periods (conditional value at risk), a fraction; positive is a loss.

    Minus the mean of the `floor(share * (N - 1)) + 1` lowest returns. NaN without returns. Source: empyrical
    `conditional_value_at_risk`, with the sign turned.
    """
    if returns.size == 0:
        return np.nan
    return -mean(lowest(returns, math.floor(share * (returns.size - 1)) + 1))
