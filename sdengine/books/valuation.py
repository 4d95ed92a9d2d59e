"""What the portfolio is worth in the middle of a day, and at which price an asset is judged."""

from __future__ import annotations

from sdengine.codes import SignalPrice
from sdengine.kernel.compiled import inlined
from sdengine.kernel.room import Desk, asset_of, bar_of, no_branch


@inlined
def signal_price(desk: Desk, a: int) -> float:
    """Return the price at which asset `a` is judged: today's close, or the close before."""
    if desk.plan["signal_price"] == SignalPrice.CLOSE:
        return bar_of(desk, a)["close"]
    if desk.plan["signal_price"] == SignalPrice.PREV_CLOSE:
        return bar_of(desk, a)["prev_close"]
    no_branch(desk)
    return 0.0


@inlined
def portfolio_value(desk: Desk) -> float:
    """Return bank plus holdings at today's close (the last close without a bar)."""
    total = desk.book["bank"]
    for a in range(desk.book["assets"]):
        holdings = asset_of(desk, a)["holdings"]
        if holdings != 0.0:
            total += holdings * bar_of(desk, a)["close"]
    return total


@inlined
def signal_value(desk: Desk) -> float:
    """Return bank plus holdings at each asset's signal price."""
    total = desk.book["bank"]
    for a in range(desk.book["assets"]):
        holdings = asset_of(desk, a)["holdings"]
        if holdings != 0.0:
            total += holdings * signal_price(desk, a)
    return total
