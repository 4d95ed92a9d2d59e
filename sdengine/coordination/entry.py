"""How an asset enters the portfolio: at the close of its first bar."""

from __future__ import annotations

import math

from sdengine.books.trades import affordable, buy, record
from sdengine.codes import Action, Entry
from sdengine.kernel.compiled import kernel
from sdengine.kernel.pointers import nth
from sdengine.kernel.records import ENTERED_TODAY
from sdengine.kernel.room import Desk


@kernel
def enter_listed(desk: Desk) -> None:
    """Buy the initial position of every asset that has its first bar today, in the order of adding.

    A weight (of the initial cash) or a value is a budget for the whole cost: rounded down to lots. Anchor and NAV
    start at the close; that bar's high does not count, and the orders rest from the next bar on. The purchase may
    overdraw the bank; a budget that does not reach for one lot is a purchase of 0 shares.
    """
    book = desk.book
    for a in range(desk.book["assets"]):
        asset = nth(desk.assets, a)
        bar = nth(desk.bars, a)
        if asset["entered"] != 0 or math.isnan(bar["low"]):
            continue
        close = bar["close"]
        rule = nth(desk.rules, a)
        price = close * (1.0 + desk.plan["slippage"])
        qty = rule["entry_amount"]
        if rule["entry"] != Entry.QUANTITY:
            budget = qty * book["initial_cash"] if rule["entry"] == Entry.WEIGHT else qty
            qty = affordable(desk.plan, budget, price, rule["lot_size"])
        enter(desk, a, qty, close)


@kernel
def enter(desk: Desk, a: int, qty: float, close: float) -> None:
    """Put asset `a` into the portfolio with `qty` shares bought at `close`, slippage and commissions on top."""
    asset = nth(desk.assets, a)
    asset["entered"] = ENTERED_TODAY
    asset["anchor"] = close
    asset["trigger"] = nth(desk.rules, a)["trigger"]
    desk.book["waiting"] -= 1
    desk.book["entering"] += 1
    price = close * (1.0 + desk.plan["slippage"])
    if qty > 0.0:
        buy(desk, a, qty, price, Action.INITIAL_BUY)
    else:
        record(desk, a, Action.INITIAL_BUY, 0.0, price, 0.0, 0.0)
