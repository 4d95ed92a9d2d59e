"""Gains over losses, without a law of their distribution. Returns are fractions `[N]`.

A ratio whose denominator is zero does not exist: NaN, not infinity, as for the Sharpe ratio.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sdengine.kernel.compiled import kernel
from sdengine.statistics.risk import quantile

Floats = NDArray[np.float64]


@kernel
def omega(returns: Floats, threshold: float) -> float:
    """Divide the gains above `threshold` by the shortfalls below it: `sum(max(r - h, 0)) / sum(max(h - r, 0))`.

    NaN where nothing fell short. With the threshold 0 it is the profit factor. Source: Keating and Shadwick 2002;
    empyrical `omega_ratio`.
    """
    gains, shortfalls = 0.0, 0.0
    for r in returns:
        gains += max(r - threshold, 0.0)
        shortfalls += max(threshold - r, 0.0)
    return gains / shortfalls if shortfalls > 0.0 else np.nan


@kernel
def payoff_ratio(returns: Floats) -> float:
    """Divide the mean gain by the mean loss: `mean(r where r > 0) / -mean(r where r < 0)`. NaN without one of them.

    Source: quantstats `payoff_ratio`.
    """
    gains, losses, gaining, losing = 0.0, 0.0, 0, 0
    for r in returns:
        if r > 0.0:
            gains += r
            gaining += 1
        elif r < 0.0:
            losses -= r
            losing += 1
    return (gains / gaining) / (losses / losing) if gaining > 0 and losing > 0 else np.nan


@kernel
def gain_to_pain(returns: Floats) -> float:
    """Divide the sum of the returns by the sum of the losses among them: `sum(r) / sum(max(-r, 0))`.

    NaN where none was lost. Source: Schwager, "Hedge Fund Market Wizards", 2012, of months' returns.
    """
    total, losses = 0.0, 0.0
    for r in returns:
        total += r
        losses += max(-r, 0.0)
    return total / losses if losses > 0.0 else np.nan


@kernel
def tail_ratio(returns: Floats, share: float) -> float:
    """Divide the quantile `1 - share` by the quantile `share` (0.05), both without sign. NaN where the latter is 0.

    Source: empyrical `tail_ratio`.
    """
    turned = np.empty(returns.size)
    for k in range(returns.size):
        turned[k] = -returns[k]
    best, worst = abs(quantile(turned, share)), abs(quantile(returns, share))
    return best / worst if worst > 0.0 else np.nan
