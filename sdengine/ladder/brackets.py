"""The ladder's arithmetic: formulas only.

From the anchor `A` and holdings `H` of one asset, with trigger `r` and profit sharing `s`:

    buy   at A / (1 + r)   of  r * H * s
    sell  at A * (1 + r)   of  r * H * s / (1 + r)
"""

from __future__ import annotations

import numpy as np

from sdengine.kernel.compiled import inlined, kernel

DUST = 1e-12
"""Share of an amount or a quantity that is rounding of floats: neither money nor shares."""

SLACK = 1e-9
"""A weight this close to an edge, a cash need this share of its amount away: met."""


@inlined
def floor_lots(quantity: float, lot_size: float) -> float:
    """`quantity` rounded down to whole lots, >= 0: floor(q / lot + 1e-9) * lot; unchanged where the lot is 0."""
    if quantity <= 0.0:
        return 0.0
    if lot_size == 0.0:
        return quantity
    if lot_size == 1.0:
        return np.floor(quantity + 1e-9)
    return np.floor(quantity / lot_size + 1e-9) * lot_size


@kernel
def ceil_lots(quantity: float, lot_size: float) -> float:
    """`quantity` rounded up to whole lots, >= 0: ceil(q / lot - 1e-9) * lot; unchanged where the lot is 0."""
    if quantity <= 0.0:
        return 0.0
    if lot_size == 0.0:
        return quantity
    return np.ceil(quantity / lot_size - 1e-9) * lot_size


@inlined
def premium(price: float, nav: float) -> float:
    """NAV premium (price - NAV) / NAV; below 0 a discount, above 0 a new high; 0 without a NAV."""
    return (price - nav) / nav if nav > 0.0 else 0.0
