"""What withdrawal rates are by themselves: sums over the growth of one asset that is only held.

`growth` is what one unit has become at the end of each period, [N], real if amounts are to be. Rates are shares of the
initial capital a period. Source: Suarez, Suarez and Walz, "The Perfect Withdrawal Amount", 2015.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def annuity(growth: Floats, *, at_start: bool = False) -> float:
    """Return what one unit a period costs: `sum(1 / G)` over the ends of the periods, or over their starts."""
    paid = np.concatenate([[1.0], growth[:-1]]) if at_start else growth
    return float((1.0 / paid).sum())


def safe_rate(growth: Floats, *, at_start: bool = False) -> float:
    """Return the rate that leaves nothing after the last payment: `1 / sum(1 / G)`."""
    return 1.0 / annuity(growth, at_start=at_start)


def perpetual_rate(growth: Floats, *, at_start: bool = False, kept: float = 1.0) -> float:
    """Return the rate that leaves `kept` of the capital: `(1 - kept / G[N]) / sum(1 / G)`."""
    return float(1.0 - kept / growth[-1]) / annuity(growth, at_start=at_start)
