"""Who goes first: the order of the proposals of one round (`sdengine/RULES.md`, "The portfolio, one day")."""

from __future__ import annotations

import math

from sdengine.books.valuation import signal_price
from sdengine.codes import Mode, Side
from sdengine.kernel.compiled import inlined
from sdengine.kernel.records import ENTERED, Record
from sdengine.kernel.room import Desk, asset_of, bar_of, no_branch
from sdengine.market.measures import premium


@inlined
def tradable(desk: Desk, a: int) -> bool:
    """Return whether asset `a` has a bar today and entered on an earlier day: what has just entered trades later."""
    return asset_of(desk, a)["entered"] == ENTERED and not math.isnan(bar_of(desk, a)["low"])


@inlined
def queue_up(desk: Desk, active: int) -> int:
    """Fill the queue with the assets that propose: sells first, then buys, each in the mode's order.

    `simple` and `rebalancing` keep the order of adding; `nav_opportunistic` and `hybrid` put the highest NAV premium
    first among sells and the lowest first among buys. Ties keep the order of adding. Returns the queue's length.
    """
    if active == 1:
        asset_of(desk, 0)["queue"] = asset_of(desk, 0)["active"]
        return 1
    by_premium = ranks_by_premium(desk)
    length = 0
    for side in (Side.SELL, Side.BUY):
        begin = length
        for i in range(active):
            a = asset_of(desk, i)["active"]
            asset = asset_of(desk, a)
            if asset["wish"] != side:
                continue
            at = length
            if by_premium:
                judged = premium(signal_price(desk, a), bar_of(desk, a)["nav_before"])
                asset["priority"] = judged if side == Side.BUY else -judged
                while at > begin and _queued(desk, at - 1)["priority"] > asset["priority"]:
                    asset_of(desk, at)["queue"] = asset_of(desk, at - 1)["queue"]
                    at -= 1
            asset_of(desk, at)["queue"] = a
            length += 1
    return length


@inlined
def ranks_by_premium(desk: Desk) -> bool:
    """Return whether the mode puts the dearest sell and the cheapest buy first."""
    mode = desk.plan["mode"]
    if mode == Mode.SIMPLE or mode == Mode.REBALANCING:
        return False
    if not (mode == Mode.NAV_OPPORTUNISTIC or mode == Mode.HYBRID):
        no_branch(desk)
    return True


@inlined
def _queued(desk: Desk, place: int) -> Record:
    """Return the asset in that place of the queue."""
    return asset_of(desk, asset_of(desk, place)["queue"])
