"""Target allocation: at the close, back to the targets when an asset has drifted or the calendar says so."""

from __future__ import annotations

import math

from sdengine.books.trades import affordable, buy, sell
from sdengine.books.valuation import portfolio_value
from sdengine.codes import Action, Period
from sdengine.coordination.queue import tradable
from sdengine.kernel.compiled import kernel
from sdengine.kernel.pointers import nth
from sdengine.kernel.records import ENTERED
from sdengine.kernel.room import Desk
from sdengine.ladder.brackets import DUST, floor_lots


@kernel
def rebalance_to_targets(desk: Desk) -> None:
    """Trade every asset with a bar and a target to `target * total value / close`, rounded down to lots.

    Due when some asset's weight is further than `drift` from its target, or on the first day of a new month, quarter
    or year. Sells first, then buys, in the order of adding, each buy cut to the lots that the bank affords. The total
    is taken once, before the trades. A traded asset's anchor becomes the close.
    """
    total = portfolio_value(desk)
    if not (total > 0.0 and (period_begins(desk) or has_drifted(desk, total))):
        return
    for selling in (True, False):
        for a in range(desk.book["assets"]):
            asset = nth(desk.assets, a)
            rule = nth(desk.rules, a)
            close = nth(desk.bars, a)["close"]
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


@kernel
def period_begins(desk: Desk) -> bool:
    """Whether today is the first day of a new month, quarter or year, as the plan's calendar asks."""
    calendar = desk.plan["calendar"]
    if desk.book["month_begins"] == 0 or calendar == Period.NONE:
        return False
    if calendar == Period.MONTH:
        return True
    months = 3 if calendar == Period.QUARTER else 12
    return desk.day["month"] // months != desk.book["last_month"] // months


@kernel
def has_drifted(desk: Desk, total: float) -> bool:
    """Whether some asset's weight is further than `drift` from its target."""
    for a in range(desk.book["assets"]):
        asset = nth(desk.assets, a)
        target = nth(desk.rules, a)["target"]
        if asset["entered"] == ENTERED and not math.isnan(target):
            weight = asset["holdings"] * nth(desk.bars, a)["close"] / total
            if abs(weight - target) > desk.plan["drift"]:
                return True
    return False


@kernel
def sell_at_close(desk: Desk, a: int, qty: float, close: float) -> None:
    """A rebalancing sell; the anchor becomes the close."""
    nth(desk.assets, a)["anchor"] = close
    sell(desk, a, qty, close * (1.0 - desk.plan["slippage"]), Action.REBALANCE_SELL)


@kernel
def buy_at_close(desk: Desk, a: int, qty: float, close: float) -> None:
    """A rebalancing buy of at most `qty`, cut to what the bank affords; the anchor becomes the close."""
    price = close * (1.0 + desk.plan["slippage"])
    if desk.plan["allow_margin"] == 0:
        qty = min(qty, affordable(desk.plan, desk.book["bank"], price, nth(desk.rules, a)["lot_size"]))
    if qty > 0.0:
        nth(desk.assets, a)["anchor"] = close
        buy(desk, a, qty, price, Action.REBALANCE_BUY)
