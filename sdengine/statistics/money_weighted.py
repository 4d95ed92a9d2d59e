"""What the money itself earned: the rate that makes what was put in worth what came out."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from sdengine.kernel.compiled import kernel

Floats = NDArray[np.float64]

ROUNDS = 100
"""Far more than Newton's steps need: they come down to the root from one side, each time closer."""
CLOSE = 1e-15
"""A step so small, relative to where it leads, changes nothing."""


@kernel
def money_weighted_return(initial: float, payments: Floats, years: Floats, final: float, end: float) -> float:
    """Compute the internal rate of return a year, a fraction; 0.07 gains 7 %.

    The rate r with `initial = sum(payments / (1 + r)**years) + final / (1 + r)**end`: the capital was paid in at the
    start, each payment came out after so many years, and the final value is there in the end. Without payments it is
    the growth a year. -1 where nothing came back; NaN where no time passed, or where the end is a debt.

    With `u = -log(1 + r)` the sum is convex and rises, and each addend alone equals `initial` at a u that lies right of
    the root: from the least of these, steps of Newton go down to it and never past it.
    """
    if not (end > 0.0 and initial > 0.0 and final >= 0.0):
        return np.nan
    u = np.inf
    if final > 0.0:
        u = math.log(initial / final) / end
    for k in range(payments.size):
        if payments[k] > 0.0 and years[k] > 0.0:
            u = min(u, math.log(initial / payments[k]) / years[k])
    if u == np.inf:
        return -1.0
    for _ in range(ROUNDS):
        worth = final * math.exp(u * end)
        excess, slope = worth - initial, worth * end
        for k in range(payments.size):
            worth = payments[k] * math.exp(u * years[k])
            excess += worth
            slope += worth * years[k]
        step = excess / slope
        u -= step
        if abs(step) <= CLOSE * max(1.0, abs(u)):
            break
    return math.exp(-u) - 1.0
