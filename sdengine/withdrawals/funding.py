"""Raising the cash that a withdrawal lacks: FUNDING_SELL at the close, of assets that have a bar today.

Quantities are rounded up to lots so that the net proceeds (slippage and commissions taken off) reach what is missing,
and never exceed the holdings. Anchors stay where they are.
"""

from __future__ import annotations

import math

import numpy as np

from sdengine.brackets import ceil_lots, floor_lots, premium
from sdengine.codes import Action, Funding
from sdengine.compiled import kernel
from sdengine.lots import ONE_YEAR, close_piece, lot_of, take_from_lot
from sdengine.pointers import nth
from sdengine.records import Desk, Record
from sdengine.trades import costs_of, sell, settle_sale
from sdengine.valuation import close_or_mark, portfolio_value


@kernel
def raise_cash(desk: Desk, missing: float) -> None:
    """Sell for `missing` cash in the way that the policy's `funding` names."""
    funding = desk.plan["funding"]
    if funding == Funding.LEAST_TAX:
        _sell_cheapest_lots(desk, missing)
    elif funding == Funding.PRO_RATA:
        _sell_pro_rata(desk, missing)
    else:
        _sell_in_turn(desk, missing)


@kernel
def net_price(plan: Record, close: float) -> float:
    """What one share brings at the close, slippage and proportional commissions taken off."""
    return close * (1.0 - plan["slippage"]) * (1.0 - plan["commission_rate"]) - plan["commission_per_share"]


@kernel
def _sell_for(desk: Desk, a: int, missing: float, at_most: float) -> float:
    """Sell asset `a` for `missing` net cash, at most that many shares; return what is still missing."""
    close = nth(desk.bars, a)["close"]
    net = net_price(desk.plan, close)
    if math.isnan(close) or net <= 0.0:
        return missing
    qty = ceil_lots((missing + desk.plan["commission"]) / net, nth(desk.rules, a)["lot_size"])
    qty = min(qty, at_most, nth(desk.assets, a)["holdings"])
    if qty <= 0.0:
        return missing
    price = close * (1.0 - desk.plan["slippage"])
    sell(desk, a, qty, price, Action.FUNDING_SELL)
    return missing - (qty * price - costs_of(desk.plan, qty, price))


@kernel
def _sell_in_turn(desk: Desk, missing: float) -> None:
    """The highest premium first, or the largest excess over target first and no more than the excess."""
    n = desk.book["assets"]
    total = portfolio_value(desk)
    rank = np.full(n, -math.inf)
    at_most = np.zeros(n)
    for a in range(n):
        asset = nth(desk.assets, a)
        close = nth(desk.bars, a)["close"]
        if math.isnan(close) or asset["holdings"] <= 0.0:
            continue
        if desk.plan["funding"] == Funding.HIGHEST_PREMIUM:
            rank[a] = premium(close, asset["nav"])
            at_most[a] = asset["holdings"]
        elif not math.isnan(nth(desk.rules, a)["target"]):
            rank[a] = asset["holdings"] * close - nth(desk.rules, a)["target"] * total
            at_most[a] = floor_lots(max(rank[a], 0.0) / close, nth(desk.rules, a)["lot_size"])
    for a in np.argsort(-rank, kind="mergesort"):
        if missing > 0.0 and at_most[a] > 0.0:
            missing = _sell_for(desk, a, missing, at_most[a])


@kernel
def _sell_pro_rata(desk: Desk, missing: float) -> None:
    """Each asset its share of what is missing, by value; shares taken before any sale."""
    n = desk.book["assets"]
    value = np.zeros(n)
    for a in range(n):
        if not math.isnan(nth(desk.bars, a)["close"]):
            value[a] = nth(desk.assets, a)["holdings"] * close_or_mark(desk, a)
    total = value.sum()
    for a in range(n):
        if value[a] > 0.0:
            _sell_for(desk, a, missing * value[a] / total, math.inf)


@kernel
def _sell_cheapest_lots(desk: Desk, missing: float) -> None:
    """Single lots, the least tax per unit of net cash first, each its own row; the oldest first among equals.

    Tax per unit = rate * (net - unit cost) / net, with the rate of the lot's class; both rates 1 without taxes.
    """
    while missing > 0.0:
        best_a, best_at = _cheapest_lot(desk)
        if best_a < 0:
            return
        close = nth(desk.bars, best_a)["close"]
        lot = lot_of(desk, best_a, best_at)
        wanted = (missing + desk.plan["commission"]) / net_price(desk.plan, close)
        qty = min(ceil_lots(wanted, nth(desk.rules, best_a)["lot_size"]), lot["qty"])
        price = close * (1.0 - desk.plan["slippage"])
        costs = costs_of(desk.plan, qty, price)
        proceeds = (qty * price - costs) / qty
        close_piece(desk, lot, best_a, qty, price, proceeds, Action.FUNDING_SELL)
        take_from_lot(desk, best_a, best_at, qty)
        settle_sale(desk, best_a, qty, price, Action.FUNDING_SELL)
        missing -= qty * price - costs


@kernel
def _cheapest_lot(desk: Desk) -> tuple[int, int]:
    """Asset and index of the open lot with the least tax per unit of net cash; (-1, -1) where there is none."""
    best_a, best_at = -1, -1
    least, oldest = math.inf, 0
    for a in range(desk.book["assets"]):
        asset = nth(desk.assets, a)
        net = net_price(desk.plan, nth(desk.bars, a)["close"])
        if math.isnan(net) or net <= 0.0:
            continue
        for at in range(asset["lots_from"], asset["lots_to"]):
            lot = lot_of(desk, a, at)
            rate = 1.0
            if desk.plan["taxed"] == 1:
                rate = desk.plan["long_rate"] if desk.day["ymd"] - lot["ymd"] >= ONE_YEAR else desk.plan["short_rate"]
            tax = rate * (net - lot["cost"]) / net
            if tax < least or (tax == least and lot["seq"] < oldest):
                best_a, best_at, least, oldest = a, at, tax, lot["seq"]
    return best_a, best_at
