"""Raising the cash that a withdrawal lacks: FUNDING_SELL at the close, of assets that have a bar today.

Quantities are rounded up to lots so that the net proceeds (slippage and commissions taken off) reach what is missing,
and never exceed the holdings. Anchors stay where they are.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from sdengine.books.lots import ONE_YEAR, close_piece, lot_of, take_from_lot
from sdengine.books.trades import costs_of, sell, settle_sale
from sdengine.books.valuation import portfolio_value
from sdengine.codes import Action, Funding
from sdengine.coordination.queue import tradable
from sdengine.kernel.compiled import kernel
from sdengine.kernel.pointers import nth
from sdengine.kernel.records import Record
from sdengine.kernel.room import Desk
from sdengine.ladder.brackets import SLACK, ceil_lots, floor_lots, premium

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
    else:
        _sell_in_turn(desk, amount)


@kernel
def _lacks(desk: Desk, amount: float) -> bool:
    return amount - desk.book["bank"] > SLACK * amount


@kernel
def net_price(plan: Record, close: float) -> float:
    """What one share brings at the close, slippage and proportional commissions taken off."""
    return close * (1.0 - plan["slippage"]) * (1.0 - plan["commission_rate"]) - plan["commission_per_share"]


@kernel
def quantity_for(desk: Desk, a: int, missing: float, at_most: float) -> float:
    """Shares of asset `a` that bring `missing` net cash, in lots, at most that many; 0 where costs eat the proceeds."""
    close = nth(desk.bars, a)["close"]
    net = net_price(desk.plan, close)
    if net <= 0.0 or missing <= 0.0:
        return 0.0
    qty = min(ceil_lots((missing + desk.plan["commission"]) / net, nth(desk.rules, a)["lot_size"]), at_most)
    price = close * (1.0 - desk.plan["slippage"])
    return qty if qty * price > costs_of(desk.plan, qty, price) else 0.0


@kernel
def _sell_for(desk: Desk, a: int, missing: float, at_most: float) -> None:
    qty = quantity_for(desk, a, missing, min(at_most, nth(desk.assets, a)["holdings"]))
    if qty > 0.0:
        sell(desk, a, qty, nth(desk.bars, a)["close"] * (1.0 - desk.plan["slippage"]), Action.FUNDING_SELL)


@kernel
def _sell_in_turn(desk: Desk, amount: float) -> None:
    """The highest premium first; or the largest excess over target first, and no more than the excess."""
    n = desk.book["assets"]
    total = portfolio_value(desk)
    rank = np.full(n, -math.inf)
    at_most = np.zeros(n)
    for a in range(n):
        asset = nth(desk.assets, a)
        close = nth(desk.bars, a)["close"]
        if not tradable(desk, a) or asset["holdings"] <= 0.0:
            continue
        if desk.plan["funding"] == Funding.HIGHEST_PREMIUM:
            rank[a] = premium(close, nth(desk.bars, a)["nav_before"])
            at_most[a] = asset["holdings"]
        elif not math.isnan(nth(desk.rules, a)["target"]):
            rank[a] = asset["holdings"] * close - nth(desk.rules, a)["target"] * total
            at_most[a] = floor_lots(rank[a] / close, nth(desk.rules, a)["lot_size"])
    for a in np.argsort(-rank, kind="mergesort"):
        if at_most[a] > 0.0 and _lacks(desk, amount):
            _sell_for(desk, a, amount - desk.book["bank"], at_most[a])


@kernel
def _sell_pro_rata(desk: Desk, missing: float) -> None:
    """Each asset its share of what is missing, by value; shares taken before any sale."""
    n = desk.book["assets"]
    value = np.zeros(n)
    total = 0.0
    for a in range(n):
        if tradable(desk, a):
            value[a] = nth(desk.assets, a)["holdings"] * nth(desk.bars, a)["close"]
            total += value[a]
    for a in range(n):
        if value[a] > 0.0:
            _sell_for(desk, a, missing * value[a] / total, math.inf)


@kernel
def _sell_cheapest_lots(desk: Desk, amount: float) -> None:
    """Single lots, the least tax per unit of net cash first, each its own row; the oldest first among equals.

    Tax per unit = rate * (net - unit cost) / net, with the rate of the lot's class; both rates 1 without taxes.
    """
    last: LotKey = (-math.inf, 0, 0, 0)
    while _lacks(desk, amount):
        key, at = _next_lot(desk, last)
        if at < 0:
            return
        last = key
        a = key[2]
        lot = lot_of(desk, a, at)
        qty = quantity_for(desk, a, amount - desk.book["bank"], lot["qty"])
        if qty > 0.0:
            price = nth(desk.bars, a)["close"] * (1.0 - desk.plan["slippage"])
            proceeds = (qty * price - costs_of(desk.plan, qty, price)) / qty
            close_piece(desk, lot, a, qty, price, proceeds, Action.FUNDING_SELL)
            take_from_lot(desk, a, at, qty)
            settle_sale(desk, a, qty, price, Action.FUNDING_SELL)


@kernel
def _next_lot(desk: Desk, last: LotKey) -> tuple[LotKey, int]:
    """The open lot that comes after `last` in order of (tax, day, asset, number), and its index; -1 at the end."""
    best: LotKey = (math.inf, 0, 0, 0)
    best_at = -1
    for a in range(desk.book["assets"]):
        asset = nth(desk.assets, a)
        net = net_price(desk.plan, nth(desk.bars, a)["close"])
        if not tradable(desk, a) or net <= 0.0:
            continue
        for at in range(asset["lots_from"], asset["lots_to"]):
            lot = lot_of(desk, a, at)
            rate = 1.0
            if desk.plan["taxed"] == 1:
                held = desk.day["ymd"] - lot["ymd"]
                rate = desk.plan["long_rate"] if held >= ONE_YEAR else desk.plan["short_rate"]
            # taxes within 1e-12 of each other are equal: the unit costs of one ladder price differ by rounding
            tax = np.floor(rate * (net - lot["cost"]) / net * 1e12 + 0.5)
            key = (tax, np.int64(lot["ordinal"]), a, np.int64(lot["seq"]))
            if last < key < best:
                best, best_at = key, at
    return best, best_at
