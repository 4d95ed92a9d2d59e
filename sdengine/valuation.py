"""What the portfolio is worth in the middle of a day."""

from __future__ import annotations

import math

from sdengine.compiled import kernel
from sdengine.coordination.priority import signal_price
from sdengine.pointers import nth
from sdengine.records import Desk


@kernel
def close_or_mark(desk: Desk, a: int) -> float:
    """Today's close of asset `a`, or its last close where it has no bar today."""
    close = nth(desk.bars, a)["close"]
    return nth(desk.assets, a)["mark"] if math.isnan(close) else close


@kernel
def portfolio_value(desk: Desk) -> float:
    """Bank plus holdings at today's close (the last close without a bar)."""
    total = desk.book["bank"]
    for a in range(desk.book["assets"]):
        holdings = nth(desk.assets, a)["holdings"]
        if holdings != 0.0:
            total += holdings * close_or_mark(desk, a)
    return total


@kernel
def signal_value(desk: Desk) -> float:
    """Bank plus holdings at each asset's signal price."""
    total = desk.book["bank"]
    for a in range(desk.book["assets"]):
        holdings = nth(desk.assets, a)["holdings"]
        if holdings != 0.0:
            total += holdings * signal_price(desk, a)
    return total
