"""What a trade does to the books: bank, holdings, lots, orders, and its row in the history.

Prices here are fill prices: slippage is already in them. Costs of a fill are
`commission + commission_bps / 10,000 * quantity * price + commission_per_share * quantity`; they come out of the
bank, count in a buy's whole cost, and are summed apart.
"""

from __future__ import annotations

import math

from sdengine.books.lots import close_lots, open_lot
from sdengine.codes import Action
from sdengine.kernel.compiled import inlined, kernel
from sdengine.kernel.logs import NO_ASSET
from sdengine.kernel.pointers import nth
from sdengine.kernel.records import Record
from sdengine.kernel.room import Desk, asset_of, bar_of, next_row, rule_of
from sdengine.kernel.tolerance import DUST
from sdengine.ladder.orders import place_orders
from sdengine.market.costs import costs_of
from sdengine.market.measures import premium


@inlined
def pay(book: Record, amount: float) -> None:
    """Take `amount` out of the bank; what is then left within a hair of nothing is nothing."""
    book["bank"] -= amount
    if abs(book["bank"]) <= DUST * amount:
        book["bank"] = 0.0


@inlined
def buy(desk: Desk, a: int, qty: float, price: float, action: int) -> None:
    """Buy `qty` shares at fill price `price`: pay, open the lot, place the orders anew, record."""
    asset = asset_of(desk, a)
    book = desk.book
    costs = costs_of(desk.plan, qty, price)
    pay(book, qty * price + costs)
    asset["holdings"] += qty
    open_lot(desk, a, qty, price, costs, action)
    place_orders(desk.plan, asset, rule_of(desk, a), bar_of(desk, a)["nav_before"])
    record(desk, a, action, qty, price, qty * price, costs)


@inlined
def sell(desk: Desk, a: int, qty: float, price: float, action: int) -> None:
    """Sell `qty` shares at fill price `price`: consume lots, receive, place the orders anew, record."""
    close_lots(desk, a, qty, price, costs_of(desk.plan, qty, price), action)
    settle_sale(desk, a, qty, price, action)


@inlined
def settle_sale(desk: Desk, a: int, qty: float, price: float, action: int) -> None:
    """Do the part of a sale that is left once its lots are closed."""
    asset = asset_of(desk, a)
    book = desk.book
    costs = costs_of(desk.plan, qty, price)
    book["bank"] += qty * price - costs
    asset["holdings"] -= qty
    if asset["holdings"] <= DUST * qty:
        asset["holdings"] = 0.0
    place_orders(desk.plan, asset, rule_of(desk, a), bar_of(desk, a)["nav_before"])
    record(desk, a, action, qty, price, qty * price, costs)


@kernel
def buy_apart(desk: Desk, a: int, qty: float, price: float, action: int) -> None:
    """Buy likewise, where it is seldom done: `buy` is copied into each place that calls it."""
    buy(desk, a, qty, price, action)


@kernel
def sell_apart(desk: Desk, a: int, qty: float, price: float, action: int) -> None:
    """Sell likewise, where it is seldom done: `sell` is copied into each place that calls it."""
    sell(desk, a, qty, price, action)


@kernel
def record_cash(desk: Desk, action: int, price: float, total: float) -> None:
    """Record a row that moves cash only; `total` is the change of the bank."""
    row = _append(desk, NO_ASSET, action)
    row["qty"] = 0.0
    row["price"] = price
    row["total"] = total
    row["costs"] = 0.0
    row["nav_premium"] = 0.0
    row["anchor"] = math.nan
    row["holdings_after"] = math.nan


@inlined
def record(desk: Desk, a: int, action: int, qty: float, price: float, total: float, costs: float) -> None:
    """Record a row of one asset, with the anchor and the holdings that it leaves."""
    asset = asset_of(desk, a)
    row = _append(desk, a, action)
    row["qty"] = qty
    row["price"] = price
    row["total"] = total
    row["costs"] = costs
    row["nav_premium"] = 0.0 if action == Action.DIVIDEND else premium(price, bar_of(desk, a)["nav_before"])
    row["anchor"] = asset["anchor"]
    row["holdings_after"] = asset["holdings"]


@inlined
def _append(desk: Desk, a: int, action: int) -> Record:
    """Take the next row of the history, its date, number, asset, action and bank filled in."""
    book = desk.book
    if book["fills"] == book["fills_room"]:
        book["fills"] = next_row(book, book["fills_room"])
    row = nth(desk.fills, book["fills"])
    row["ordinal"] = desk.day["ordinal"]
    row["seq"] = book["seq"]
    row["asset"] = a
    row["action"] = action
    row["bank_after"] = book["bank"]
    book["fills"] += 1
    book["seq"] += 1
    return row
