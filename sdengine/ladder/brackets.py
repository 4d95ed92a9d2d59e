"""The ladder's arithmetic: formulas only, each once (`sdengine/RULES.md`, "The algorithm, one asset").

From the anchor `A` and holdings `H` of one asset, with trigger `r` and profit sharing `s`:

    buy   at A / (1 + r)   of  r * H * s
    sell  at A * (1 + r)   of  r * H * s / (1 + r)
"""

from __future__ import annotations

from sdengine.kernel.compiled import inlined
from sdengine.market.measures import floor_lots


@inlined
def buy_limit(anchor: float, trigger: float) -> float:
    """Return one bracket below the anchor."""
    return anchor / (1.0 + trigger)


@inlined
def sell_limit(anchor: float, trigger: float) -> float:
    """Return one bracket above the anchor."""
    return anchor * (1.0 + trigger)


@inlined
def buy_quantity(holdings: float, trigger: float, share: float, lot_size: float) -> float:
    """Return the shares that a buy order is for, in whole lots."""
    return floor_lots(trigger * holdings * share, lot_size)


@inlined
def sell_quantity(holdings: float, trigger: float, share: float, lot_size: float) -> float:
    """Return the shares that a sell order is for, in whole lots and never more than the holdings."""
    return min(floor_lots(trigger * holdings * share / (1.0 + trigger), lot_size), holdings)
