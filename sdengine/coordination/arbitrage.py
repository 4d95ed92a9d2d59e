"""Cross-asset arbitrage: sell the asset at the highest NAV premium, buy the one at the lowest.

`sdengine/RULES.md`, "Arbitrage".
"""

from __future__ import annotations

import math

import numpy as np

from sdengine.books.trades import buy_apart, sell_apart
from sdengine.codes import Action
from sdengine.coordination.queue import tradable
from sdengine.kernel.compiled import inlined, kernel
from sdengine.kernel.pointers import nth
from sdengine.kernel.room import Desk, asset_of, bar_of, next_row, rule_of
from sdengine.market.costs import affordable, buy_price, costs_of, sell_price
from sdengine.market.measures import floor_lots, premium


@inlined
def arbitrage(desk: Desk) -> None:
    """Record the spread of premiums above `threshold` at the close, trade `fraction` of the dear asset if asked to.

    spread = highest premium - lowest premium among the assets with a bar and holdings, NAV as before the day; ties keep
    the order of adding. With `fraction > 0` that share of the dear asset (rounded down to lots) is sold at the close
    and its net proceeds buy the cheap one, whatever the bank holds; then both take part in no trade for `cooldown_days`
    calendar days. Anchors stay.
    """
    day = desk.day
    dear, cheap = day["dear"] - 1, day["cheap"] - 1
    if dear >= 0:
        highest, lowest = day["highest"], day["lowest"]
        if not highest - lowest > desk.plan["threshold"]:
            return
        if asset_of(desk, dear)["holdings"] > 0.0 and asset_of(desk, cheap)["holdings"] > 0.0:
            traded = _trade(desk, dear, cheap) if desk.plan["fraction"] > 0.0 else False
            _record(desk, dear, cheap, highest, lowest, traded)
            return
    _look(desk)


@kernel
def _look(desk: Desk) -> None:
    """Do the same by looking at every asset."""
    dear = cheap = int(np.int64(-1))  # typed: a plain -1 has all that trades compiled once more for it
    highest, lowest = -math.inf, math.inf
    for a in range(desk.book["assets"]):
        bar = bar_of(desk, a)
        if not tradable(desk, a) or asset_of(desk, a)["holdings"] <= 0.0:
            continue
        judged = premium(bar["close"], bar["nav_before"])
        if judged > highest:
            dear, highest = a, judged
        if judged < lowest:
            cheap, lowest = a, judged
    if dear < 0 or not highest - lowest > desk.plan["threshold"]:
        return
    traded = _trade(desk, dear, cheap) if desk.plan["fraction"] > 0.0 else False
    _record(desk, dear, cheap, highest, lowest, traded)


@kernel
def _trade(desk: Desk, dear: int, cheap: int) -> bool:
    """Swap a fraction of the dear asset for the cheap one; False where a cooldown or rounding forbids either side."""
    seller, buyer = asset_of(desk, dear), asset_of(desk, cheap)
    if desk.day["ordinal"] <= max(seller["cooling_until"], buyer["cooling_until"]):
        return False
    sold = floor_lots(seller["holdings"] * desk.plan["fraction"], rule_of(desk, dear)["lot_size"])
    sold = min(sold, seller["holdings"])
    received = sell_price(desk.plan, bar_of(desk, dear)["close"])
    paid = buy_price(desk.plan, bar_of(desk, cheap)["close"])
    proceeds = sold * received - costs_of(desk.plan, sold, received)
    bought = affordable(desk.plan, proceeds, paid, rule_of(desk, cheap)["lot_size"])
    if sold <= 0.0 or bought <= 0.0:
        return False
    sell_apart(desk, dear, sold, received, Action.ARBITRAGE_SELL)
    buy_apart(desk, cheap, bought, paid, Action.ARBITRAGE_BUY)
    seller["cooling_until"] = desk.day["ordinal"] + desk.plan["cooldown_days"]
    buyer["cooling_until"] = seller["cooling_until"]
    return True


@kernel
def _record(desk: Desk, dear: int, cheap: int, highest: float, lowest: float, traded: bool) -> None:
    book = desk.book
    if book["opportunities"] == book["opportunities_room"]:
        book["opportunities"] = next_row(book, book["opportunities_room"])
    row = nth(desk.opportunities, book["opportunities"])
    book["opportunities"] += 1
    row["ordinal"] = desk.day["ordinal"]
    row["sell_asset"] = dear
    row["buy_asset"] = cheap
    row["traded"] = 1 if traded else 0
    row["sell_premium"] = highest
    row["buy_premium"] = lowest
    row["spread"] = highest - lowest
