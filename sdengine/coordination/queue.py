"""Who goes first: the order of the proposals of one round."""

from __future__ import annotations

import math

from sdengine.codes import Mode, Side, SignalPrice
from sdengine.kernel.compiled import inlined
from sdengine.kernel.pointers import nth
from sdengine.kernel.records import ENTERED, Record
from sdengine.kernel.room import Desk
from sdengine.ladder.brackets import premium


@inlined
def tradable(desk: Desk, a: int) -> bool:
    """Whether asset `a` has a bar today and entered on an earlier day: what has just entered does not trade yet."""
    return nth(desk.assets, a)["entered"] == ENTERED and not math.isnan(nth(desk.bars, a)["low"])


@inlined
def signal_price(desk: Desk, a: int) -> float:
    """The price at which asset `a` is judged: today's close, or the close before (`signal_price`)."""
    bar = nth(desk.bars, a)
    return bar["prev_close"] if desk.plan["signal_price"] == SignalPrice.PREV_CLOSE else bar["close"]


@inlined
def queue_up(desk: Desk, active: int) -> int:
    """Fill the queue with the assets that propose: sells first, then buys, each in the mode's order.

    `simple` and `rebalancing` keep the order of adding; `nav_opportunistic` and `hybrid` put the highest NAV premium
    first among sells and the lowest first among buys. Ties keep the order of adding. Returns the queue's length.
    """
    if active == 1:
        nth(desk.assets, 0)["queue"] = nth(desk.assets, 0)["active"]
        return 1
    by_premium = desk.plan["mode"] == Mode.NAV_OPPORTUNISTIC or desk.plan["mode"] == Mode.HYBRID
    length = 0
    for side in (Side.SELL, Side.BUY):
        begin = length
        for i in range(active):
            a = nth(desk.assets, i)["active"]
            asset = nth(desk.assets, a)
            if asset["wish"] != side:
                continue
            at = length
            if by_premium:
                judged = premium(signal_price(desk, a), nth(desk.bars, a)["nav_before"])
                asset["priority"] = judged if side == Side.BUY else -judged
                while at > begin and _queued(desk, at - 1)["priority"] > asset["priority"]:
                    nth(desk.assets, at)["queue"] = nth(desk.assets, at - 1)["queue"]
                    at -= 1
            nth(desk.assets, at)["queue"] = a
            length += 1
    return length


@inlined
def _queued(desk: Desk, place: int) -> Record:
    """The asset in that place of the queue."""
    return nth(desk.assets, nth(desk.assets, place)["queue"])
