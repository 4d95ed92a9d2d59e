"""How an asset enters the portfolio: at the close of its first bar (`sdengine/RULES.md`, "Entry")."""

from __future__ import annotations

import math

from sdengine.books.trades import buy_apart, record
from sdengine.codes import Action, Entry
from sdengine.kernel.compiled import kernel
from sdengine.kernel.records import ENTERED_TODAY, Record
from sdengine.kernel.room import Desk, asset_of, bar_of, no_branch, rule_of
from sdengine.market.costs import affordable, buy_price


@kernel
def enter_listed(desk: Desk) -> None:
    """Buy the initial position of every asset that has its first bar today, in the order of adding.

    A weight (of the initial cash) or a value is a budget for the whole cost: rounded down to lots. Anchor and NAV
    start at the close; that bar's high does not count, and the orders rest from the next bar on. The purchase may
    overdraw the bank; a budget that does not reach for one lot is a purchase of 0 shares.
    """
    for a in range(desk.book["assets"]):
        asset = asset_of(desk, a)
        bar = bar_of(desk, a)
        if asset["entered"] != 0 or math.isnan(bar["low"]):
            continue
        close = bar["close"]
        enter(desk, a, initial_quantity(desk, rule_of(desk, a), buy_price(desk.plan, close)), close)


@kernel
def initial_quantity(desk: Desk, rule: Record, price: float) -> float:
    """Return the shares that an asset enters with, bought at fill price `price`."""
    amount = rule["entry_amount"]
    if rule["entry"] == Entry.QUANTITY:
        return amount
    if rule["entry"] == Entry.VALUE:
        return affordable(desk.plan, amount, price, rule["lot_size"])
    if rule["entry"] == Entry.WEIGHT:
        return affordable(desk.plan, amount * desk.book["initial_cash"], price, rule["lot_size"])
    no_branch(desk)
    return 0.0


@kernel
def enter(desk: Desk, a: int, qty: float, close: float) -> None:
    """Put asset `a` into the portfolio with `qty` shares bought at `close`, slippage and commissions on top."""
    asset = asset_of(desk, a)
    asset["entered"] = ENTERED_TODAY
    asset["last_bar"] = desk.day["ordinal"]
    asset["anchor"] = close
    asset["trigger"] = rule_of(desk, a)["trigger"]
    desk.book["waiting"] -= 1
    desk.book["entering"] += 1
    price = buy_price(desk.plan, close)
    if qty > 0.0:
        buy_apart(desk, a, qty, price, Action.INITIAL_BUY)
    else:
        record(desk, a, Action.INITIAL_BUY, 0.0, price, 0.0, 0.0)
