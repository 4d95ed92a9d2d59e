"""A history beside another one: `returns` and `others` are returns over the same days, `[N]`, `[N]`, fractions.

`periods` is how many of them make a year, `risk_free` a rate per period. NaN with fewer than two returns, and where
what a figure is divided by is zero.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from sdengine.kernel.compiled import kernel
from sdengine.statistics.risk import deviation, mean

Floats = NDArray[np.float64]


@kernel
def differences(returns: Floats, others: Floats) -> Floats:
    """Subtract the others' returns, `[N]`: written as a loop it is compiled ten times as fast as `returns - others`."""
    result = np.empty(returns.size)
    for t in range(returns.size):
        result[t] = returns[t] - others[t]
    return result


@kernel
def beta(returns: Floats, others: Floats) -> float:
    """Compute how far the returns go along with the others: `cov(r, b) / var(b)`. Source: Sharpe 1964."""
    if not deviation(others) > 0.0:
        return np.nan
    own, other, together, squares = mean(returns), mean(others), 0.0, 0.0
    for t in range(others.size):
        together += (returns[t] - own) * (others[t] - other)
        squares += (others[t] - other) * (others[t] - other)
    return together / squares


@kernel
def alpha(returns: Floats, others: Floats, periods: float, risk_free: float) -> float:
    """Compute what the returns have a year above what `beta` explains: `(mean(r - f) - beta * mean(b - f)) * periods`.

    A fraction a year, added up and not compounded. Source: Jensen 1968; quantstats `greeks`.
    """
    explained = beta(returns, others) * (mean(others) - risk_free)
    return (mean(returns) - risk_free - explained) * periods


@kernel
def tracking_error(returns: Floats, others: Floats, periods: float) -> float:
    """Compute the deviation of the differences, annualised: `sd(r - b) * sqrt(periods)`, a fraction >= 0.

    Source: Grinold and Kahn 1999.
    """
    return deviation(differences(returns, others)) * math.sqrt(periods)


@kernel
def information_ratio(returns: Floats, others: Floats, periods: float) -> float:
    """Divide the mean difference by its deviation, annualised: `mean(r - b) / sd(r - b) * sqrt(periods)`.

    Source: Grinold and Kahn 1999; empyrical `excess_sharpe`, which is not annualised.
    """
    beyond = differences(returns, others)
    spread = deviation(beyond)
    return mean(beyond) / spread * math.sqrt(periods) if spread > 0.0 else np.nan


@kernel
def capture(returns: Floats, others: Floats, sign: float) -> float:
    """Divide growth by the others' growth, on the periods in which the others gained (`sign` 1) or lost (-1).

    Growth is the geometric mean per period, `prod(1 + x) ** (1 / n) - 1`, which needs no length of a year. NaN where
    there is no such period. Source: empyrical `up_capture` and `down_capture` with `period="yearly"`.
    """
    own, other, count = 1.0, 1.0, 0
    for t in range(others.size):
        if others[t] * sign > 0.0:
            own *= 1.0 + returns[t]
            other *= 1.0 + others[t]
            count += 1
    if count == 0:
        return np.nan
    return (own ** (1.0 / count) - 1.0) / (other ** (1.0 / count) - 1.0)
