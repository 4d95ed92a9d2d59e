"""Raising the cash that a withdrawal lacks: FUNDING_SELL at the close, of assets that have a bar today.

`sdengine/RULES.md`, "Funding".

Quantities are rounded up to lots so that the net proceeds (slippage and commissions taken off) reach what is missing,
and never exceed the holdings. Anchors stay where they are.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sdengine.books.lots import ONE_YEAR, close_piece, lot_of, take_from_lot
from sdengine.books.trades import sell_apart, settle_sale
from sdengine.books.valuation import portfolio_value
from sdengine.codes import Action, Funding
from sdengine.coordination.queue import tradable
from sdengine.kernel.compiled import kernel
from sdengine.kernel.records import Record
from sdengine.kernel.room import Desk, asset_of, bar_of, no_branch, rule_of
from sdengine.kernel.tolerance import SLACK, TAX_GRAIN
from sdengine.market.costs import brings, costs_of, sell_price
from sdengine.market.measures import ceil_lots, floor_lots, premium

Floats = NDArray[np.float64]

LotKey = tuple[float, Any, int, Any]
"""Tax per unit of net cash (in units of 1e-12), day of opening, asset, number of the opening fill."""


@kernel
def raise_cash(desk: Desk, amount: float) -> None:
    """Sell until the bank holds `amount`, in the way that the policy's `funding` names, or nothing is left to sell."""
    funding = desk.plan["funding"]
    if funding == Funding.LEAST_TAX:
        _sell_cheapest_lots(desk, amount)
    elif funding == Funding.PRO_RATA:
        _sell_pro_rata(desk, amount - desk.book["bank"])
    elif funding == Funding.HIGHEST_PREMIUM:
        _sell_dearest(desk, amount)
    elif funding == Funding.OVERWEIGHT:
        _sell_overweight(desk, amount)
    elif funding != Funding.BANK:
        no_branch(desk)


@kernel
def _lacks(desk: Desk, amount: float) -> bool:
    return amount - desk.book["bank"] > SLACK * amount


@kernel
def net_price(plan: Record, close: float) -> float:
    """Return what one share brings at the close, slippage and proportional commissions taken off."""
    return sell_price(plan, close) * (1.0 - plan["commission_rate"]) - plan["commission_per_share"]


@kernel
def quantity_for(desk: Desk, a: int, missing: float, at_most: float) -> float:
    """Return the shares of asset `a` that bring `missing` net cash, in lots, at most so many; 0 where costs eat it."""
    close = bar_of(desk, a)["close"]
    net = net_price(desk.plan, close)
    if net <= 0.0 or missing <= 0.0:
        return 0.0
    qty = min(ceil_lots((missing + desk.plan["commission"]) / net, rule_of(desk, a)["lot_size"]), at_most)
    price = sell_price(desk.plan, close)
    return qty if brings(desk.plan, qty, price) else 0.0


@kernel
def _sell_for(desk: Desk, a: int, missing: float, at_most: float) -> None:
    qty = quantity_for(desk, a, missing, min(at_most, asset_of(desk, a)["holdings"]))
    if qty > 0.0:
        sell_apart(desk, a, qty, sell_price(desk.plan, bar_of(desk, a)["close"]), Action.FUNDING_SELL)


@kernel
def _sell_dearest(desk: Desk, amount: float) -> None:
    """Sell the highest premium first."""
    n = desk.book["assets"]
    rank, at_most = np.full(n, -math.inf), np.zeros(n)
    for a in range(n):
        if tradable(desk, a):
            rank[a] = premium(bar_of(desk, a)["close"], bar_of(desk, a)["nav_before"])
            at_most[a] = asset_of(desk, a)["holdings"]
    _sell_in_turn(desk, amount, rank, at_most)


@kernel
def _sell_overweight(desk: Desk, amount: float) -> None:
    """Sell the largest excess over target first, and no more than the excess."""
    n = desk.book["assets"]
    total = portfolio_value(desk)
    rank, at_most = np.full(n, -math.inf), np.zeros(n)
    for a in range(n):
        rule, close = rule_of(desk, a), bar_of(desk, a)["close"]
        if tradable(desk, a) and not math.isnan(rule["target"]):
            rank[a] = asset_of(desk, a)["holdings"] * close - rule["target"] * total
            at_most[a] = floor_lots(rank[a] / close, rule["lot_size"])
    _sell_in_turn(desk, amount, rank, at_most)


@kernel
def _sell_in_turn(desk: Desk, amount: float, rank: Floats, at_most: Floats) -> None:
    """Sell the highest rank first, at most so many shares of each; equals in the order of adding."""
    for _ in range(rank.size):
        a = int(np.argmax(rank))
        if at_most[a] > 0.0 and _lacks(desk, amount):
            _sell_for(desk, a, amount - desk.book["bank"], at_most[a])
        rank[a], at_most[a] = -math.inf, 0.0


@kernel
def _sell_pro_rata(desk: Desk, missing: float) -> None:
    """Sell of each asset its share of what is missing, by value; shares taken before any sale.

    Where a sale would cost more than it brings, the others get its share: the smallest such asset stands back, of
    equals the one added last, and the shares are reckoned anew until every sale brings something.
    """
    n = desk.book["assets"]
    value = np.zeros(n)
    for a in range(n):
        if tradable(desk, a):
            value[a] = asset_of(desk, a)["holdings"] * bar_of(desk, a)["close"]
    while True:
        total = value.sum()
        smallest = -1
        for a in range(n):
            if value[a] <= 0.0 or (smallest >= 0 and value[a] > value[smallest]):
                continue
            if quantity_for(desk, a, missing * value[a] / total, asset_of(desk, a)["holdings"]) == 0.0:
                smallest = a
        if smallest < 0:
            break
        value[smallest] = 0.0
    for a in range(n):
        if value[a] > 0.0:
            _sell_for(desk, a, missing * value[a] / total, math.inf)


@kernel
def _sell_cheapest_lots(desk: Desk, amount: float) -> None:
    """Sell single lots, the least tax per unit of net cash first, each its own row; the oldest first among equals.

    Tax per unit = rate * (net - unit cost) / net, with the rate of the lot's class; both rates 1 without taxes.
    """
    last: LotKey = (-math.inf, np.int64(0), int(np.int64(0)), np.int64(0))  # typed: plain zeros compile all of it twice
    while _lacks(desk, amount):
        key, at = _next_lot(desk, last)
        if at < 0:
            return
        last = key
        a = key[2]
        lot = lot_of(desk, a, at)
        qty = quantity_for(desk, a, amount - desk.book["bank"], lot["qty"])
        if qty > 0.0:
            price = sell_price(desk.plan, bar_of(desk, a)["close"])
            proceeds = (qty * price - costs_of(desk.plan, qty, price)) / qty
            close_piece(desk, lot, a, qty, price, proceeds, Action.FUNDING_SELL)
            take_from_lot(desk, a, at, qty)
            settle_sale(desk, a, qty, price, Action.FUNDING_SELL)


@kernel
def _next_lot(desk: Desk, last: LotKey) -> tuple[LotKey, int]:
    """Return the open lot that comes after `last` in order of (tax, day, asset, number), and its index (-1: none)."""
    best: LotKey = (math.inf, np.int64(0), int(np.int64(0)), np.int64(0))
    best_at = -1
    for a in range(desk.book["assets"]):
        asset = asset_of(desk, a)
        net = net_price(desk.plan, bar_of(desk, a)["close"])
        if not tradable(desk, a) or net <= 0.0:
            continue
        for at in range(asset["lots_from"], asset["lots_to"]):
            lot = lot_of(desk, a, at)
            rate = 1.0
            if desk.plan["taxed"] == 1:
                held = desk.day["ymd"] - lot["ymd"]
                rate = desk.plan["long_rate"] if held >= ONE_YEAR else desk.plan["short_rate"]
            tax = np.floor(rate * (net - lot["cost"]) / net * (1.0 / TAX_GRAIN) + 0.5)
            key = (tax, np.int64(lot["ordinal"]), a, np.int64(lot["seq"]))
            if last < key < best:
                best, best_at = key, at
    return best, best_at
