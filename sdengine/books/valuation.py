"""What the portfolio is worth in the middle of a day."""

from __future__ import annotations

from sdengine.coordination.queue import signal_price
from sdengine.kernel.compiled import kernel
from sdengine.kernel.pointers import nth
from sdengine.kernel.room import Desk


@kernel
def portfolio_value(desk: Desk) -> float:
    """Bank plus holdings at today's close (the last close without a bar)."""
    total = desk.book["bank"]
    for a in range(desk.book["assets"]):
        holdings = nth(desk.assets, a)["holdings"]
        if holdings != 0.0:
            total += holdings * nth(desk.bars, a)["close"]
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
