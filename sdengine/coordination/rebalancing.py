"""Target allocation: at the close, back to the targets when an asset has drifted or the calendar says so.

`sdengine/RULES.md`, "Target allocation".
"""

from __future__ import annotations

import math

from sdengine.books.trades import buy, sell
from sdengine.books.valuation import portfolio_value
from sdengine.codes import Action
from sdengine.coordination.queue import tradable
from sdengine.kernel.compiled import inlined, kernel
from sdengine.kernel.records import ENTERED
from sdengine.kernel.room import Desk, asset_of, bar_of, rule_of
from sdengine.kernel.tolerance import DUST
from sdengine.market.costs import affordable, brings, buy_price, sell_price
from sdengine.market.measures import floor_lots


@inlined
def rebalance_to_targets(desk: Desk) -> None:
    """Trade every asset with a bar and a target to `target * total value / close`, rounded down to lots.

    Due when some asset's weight is further than `drift` from its target, or on the day of business of a new month,
    quarter or year (see `sdengine.business`). Sells first, then buys, in the order of adding, each buy cut to the
    lots that the bank affords. The total is taken once, before the trades. A traded asset's anchor becomes the close.
    """
    total = portfolio_value(desk)
    if not (total > 0.0 and (desk.book["rebalancing_due"] == 1 or has_drifted(desk, total))):
        return
    for selling in (True, False):
        for a in range(desk.book["assets"]):
            asset = asset_of(desk, a)
            rule = rule_of(desk, a)
            close = bar_of(desk, a)["close"]
            if not tradable(desk, a) or math.isnan(rule["target"]):
                continue
            wanted = floor_lots(rule["target"] * total / close, rule["lot_size"])
            change = wanted - asset["holdings"]
            if abs(change) <= DUST * max(wanted, asset["holdings"]):
                continue
            if selling and change < 0.0:
                sell_at_close(desk, a, -change, close)
            elif not selling and change > 0.0:
                buy_at_close(desk, a, change, close)


@inlined
def has_drifted(desk: Desk, total: float) -> bool:
    """Return whether some asset's weight is further than `drift` from its target."""
    for a in range(desk.book["assets"]):
        asset = asset_of(desk, a)
        target = rule_of(desk, a)["target"]
        if asset["entered"] == ENTERED and not math.isnan(target):
            weight = asset["holdings"] * bar_of(desk, a)["close"] / total
            if abs(weight - target) > desk.plan["drift"]:
                return True
    return False


@kernel
def sell_at_close(desk: Desk, a: int, qty: float, close: float) -> None:
    """Sell towards the target or the band where that brings more than it costs; the anchor becomes the close."""
    price = sell_price(desk.plan, close)
    if brings(desk.plan, qty, price):
        asset_of(desk, a)["anchor"] = close
        sell(desk, a, qty, price, Action.REBALANCE_SELL)


@kernel
def buy_at_close(desk: Desk, a: int, qty: float, close: float) -> None:
    """Buy at most `qty` towards the target or the band, cut to what the bank affords; the anchor becomes the close."""
    price = buy_price(desk.plan, close)
    if desk.plan["allow_margin"] == 0:
        qty = min(qty, affordable(desk.plan, desk.book["bank"], price, rule_of(desk, a)["lot_size"]))
    if qty > 0.0:
        asset_of(desk, a)["anchor"] = close
        buy(desk, a, qty, price, Action.REBALANCE_BUY)
