"""What a run's figures would have been in other orders of its own days: quantiles over redrawn pasts."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from sdengine.judging.bootstrap import Places
from sdengine.kernel.compiled import kernel
from sdengine.statistics.annual import annual_growth
from sdengine.statistics.risk import ROUNDING

Floats = NDArray[np.float64]

FIGURES = ("cagr", "volatility", "sharpe", "max_drawdown")
CAGR, VOLATILITY, SHARPE, MAX_DRAWDOWN = range(4)
LOW, HIGH = 0.05, 0.95
"""The ends of the interval: 90 % lie between."""


def redrawn_figures(returns: Floats, indices: Places, years: float, periods: float, risk_free: float) -> Floats:
    """Compute growth a year, volatility, Sharpe ratio and deepest drawdown of redrawn pasts, `[T], [B, T] -> [B, 4]`.

    As `sdengine.statistics` defines them, `risk_free` a rate per period; a Sharpe ratio without dispersion is NaN.
    """
    figures = np.empty((len(indices), len(FIGURES)))
    _measure(returns, indices, years, periods, risk_free, figures)
    return figures


@kernel
def _measure(returns: Floats, indices: Places, years: float, periods: float, risk_free: float, found: Floats) -> None:
    """Fill in what `redrawn_figures` gives."""
    count = indices.shape[1]
    for b in range(indices.shape[0]):
        level, peak, deepest, total = 1.0, 1.0, 0.0, 0.0
        for k in range(count):
            r = returns[indices[b, k]]
            level *= 1.0 + r
            peak = max(peak, level)
            deepest = max(deepest, 1.0 - level / peak)
            total += r
        mean, squares = total / count, 0.0
        for k in range(count):
            r = returns[indices[b, k]]
            squares += (r - mean) * (r - mean)
        spread = math.sqrt(squares / (count - 1))
        found[b, CAGR] = annual_growth(level - 1.0, years)
        found[b, VOLATILITY] = spread * math.sqrt(periods)
        found[b, SHARPE] = (mean - risk_free) / spread * math.sqrt(periods) if spread > ROUNDING else np.nan
        found[b, MAX_DRAWDOWN] = deepest


def interval(values: Floats) -> tuple[float, float]:
    """Return the 5 % and the 95 % quantile, `[B]`, to nine digits; NaN where a value does not exist."""
    low, high = np.quantile(values, [LOW, HIGH])
    return float(low), float(high)
