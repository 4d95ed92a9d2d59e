"""How far and how long a portfolio stood below its highest point. One sign: a drawdown is a fraction >= 0.

The peak starts at the initial capital (index 1), so a history that only fell since its first day is in drawdown from
that day on.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from sdengine.kernel.compiled import kernel

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

NEVER = -1
"""Position of a recovery that had not come by the last close."""


@kernel
def drawdown_series(index: Floats) -> Floats:
    """Compute the drawdown at each close, `[T] -> [T]`: `1 - I[t] / max(1, I[0..t])`; 0 at a high, 1 at nothing."""
    depths = np.empty(index.size)
    peak = 1.0
    for t in range(index.size):
        peak = max(peak, index[t])
        depths[t] = 1.0 - index[t] / peak
    return depths


@kernel
def max_drawdown(drawdowns: Floats) -> float:
    """Find the deepest drawdown, >= 0; 0 where the value never fell; NaN without any close."""
    if drawdowns.size == 0:
        return np.nan
    deepest = 0.0
    for depth in drawdowns:
        deepest = max(deepest, depth)
    return deepest


@kernel
def ulcer_index(drawdowns: Floats) -> float:
    """Compute the root mean square of all drawdowns, `sqrt(mean(d**2))`, a fraction >= 0; NaN without any close.

    Source: Martin and McCann 1989, who give it in percent and without the initial capital as first peak.
    """
    if drawdowns.size == 0:
        return np.nan
    squares = 0.0
    for depth in drawdowns:
        squares += depth * depth
    return math.sqrt(squares / drawdowns.size)


@kernel
def time_under_water(drawdowns: Floats) -> float:
    """Compute the share of the closes that were below the highest value so far, 0 to 1; NaN without any close."""
    below = 0
    for depth in drawdowns:
        below += depth > 0.0
    return below / drawdowns.size if drawdowns.size > 0 else np.nan


@kernel
def calmar(annual_growth: float, max_drawdown: float) -> float:
    """Divide growth a year by the deepest drawdown of the whole history (Calmar ratio). NaN without a drawdown.

    Source: Young 1991 (over 36 months there); empyrical `calmar_ratio`.
    """
    return annual_growth / max_drawdown if max_drawdown > 0.0 else np.nan


@kernel
def martin_ratio(annual_growth: float, risk_free: float, ulcer_index: float) -> float:
    """Divide growth a year above the rate `risk_free` a year by the Ulcer index. NaN without a drawdown.

    Source: Martin and McCann 1989 (Ulcer performance index).
    """
    return (annual_growth - risk_free) / ulcer_index if ulcer_index > 0.0 else np.nan


@kernel
def recovery_factor(total_return: float, max_drawdown: float) -> float:
    """Divide the total return by the deepest drawdown. NaN without a drawdown."""
    return total_return / max_drawdown if max_drawdown > 0.0 else np.nan


def find_drawdowns(drawdowns: Floats, history: Ints | None = None) -> tuple[Ints, Ints, Ints, Floats]:
    """Find every drawdown in order: positions of its peak, its trough and its recovery, and its depth, `[D]` each.

    The peak is the last close at the high (the first close if the high is the initial capital), the trough the first
    close at the deepest point, the recovery the first close back at the high or above, `NEVER` if there is none.
    `history` numbers the histories that stand one behind the other, `[T]`; by default all is one.
    """
    below, was_below = drawdowns > 0.0, np.zeros(drawdowns.size, np.bool_)
    was_below[1:] = below[:-1]
    first = np.zeros(drawdowns.size, np.bool_)
    first[:1] = True
    if history is not None:
        first[1:] |= history[1:] != history[:-1]
    was_below &= ~first
    begun = below & ~was_below
    begins, number = np.flatnonzero(begun), np.cumsum(begun) - 1
    peaks = begins - ~first[begins]

    depths = np.maximum.reduceat(drawdowns, begins)  # between two of them nothing is deeper than 0
    troughs, recoveries = np.empty(begins.size, np.int64), np.full(begins.size, NEVER)
    lows = np.flatnonzero(below)
    deepest = lows[drawdowns[lows] == depths[number[lows]]][::-1]  # the first stays
    troughs[number[deepest]] = deepest
    back = np.flatnonzero(was_below & ~below)
    recoveries[number[back]] = back
    return peaks, troughs, recoveries, depths
