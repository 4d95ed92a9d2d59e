"""What prices and quantities are measured by: the NAV premium, and whole lots."""

from __future__ import annotations

import numpy as np

from sdengine.kernel.compiled import inlined, kernel
from sdengine.kernel.tolerance import LOT_HAIR


@inlined
def floor_lots(quantity: float, lot_size: float) -> float:
    """Round down to whole lots, >= 0: floor(q / lot + 1e-9) * lot; unchanged where the lot is 0."""
    if quantity <= 0.0:
        return 0.0
    if lot_size == 0.0:
        return quantity
    if lot_size == 1.0:
        return np.floor(quantity + LOT_HAIR)
    return np.floor(quantity / lot_size + LOT_HAIR) * lot_size


@kernel
def ceil_lots(quantity: float, lot_size: float) -> float:
    """Round up to whole lots, >= 0: ceil(q / lot - 1e-9) * lot; unchanged where the lot is 0."""
    if quantity <= 0.0:
        return 0.0
    if lot_size == 0.0:
        return quantity
    return np.ceil(quantity / lot_size - LOT_HAIR) * lot_size


@inlined
def premium(price: float, nav: float) -> float:
    """Return the NAV premium (price - NAV) / NAV; below 0 a discount, above 0 a new high; 0 without a NAV."""
    return (price - nav) / nav if nav > 0.0 else 0.0
