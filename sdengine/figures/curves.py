"""Long series made short enough to be drawn: weeks' ends, and the worst of each week."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sdengine.figures.value import Curve

FEW = 300
"""Days that are drawn one by one."""


def curve(
    days: NDArray[np.datetime64], values: NDArray[np.float64], withdrawn: NDArray[np.float64], initial_cash: float
) -> Curve:
    """Thin a portfolio's days [T] to what is drawn; falls are time-weighted, as `max_drawdown` is."""
    from sdengine.statistics.drawdowns import drawdown_series
    from sdengine.statistics.returns import wealth_index

    falls = drawdown_series(wealth_index(values, withdrawn, initial_cash))
    ends = weekly(days)
    return Curve(days[ends], values[ends], worst(falls, ends))


def weekly(days: NDArray[Any]) -> NDArray[np.int64]:
    """Find the last row of each calendar week; every row where there are few."""
    return np.arange(days.size) if days.size <= FEW else week_ends(days)


def week_ends(days: NDArray[Any]) -> NDArray[np.int64]:
    """Find the last row of each calendar week."""
    weeks = (days.astype("datetime64[D]").astype(np.int64) + 3) // 7  # 1970-01-01 was a Thursday
    return np.flatnonzero(np.append(weeks[1:] != weeks[:-1], True))


def worst(values: NDArray[np.float64], ends: NDArray[np.int64]) -> NDArray[np.float64]:
    """Take the highest of each stretch that ends at one of `ends`: a fall within a week is not thinned away."""
    return np.maximum.reduceat(values, np.append(0, ends[:-1] + 1))
