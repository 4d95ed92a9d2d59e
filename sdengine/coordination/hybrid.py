"""Bands: NAV-driven trading within a range of weights, and back to the edge where the range is left.

`sdengine/RULES.md`, "Bands".
"""

from __future__ import annotations

import math

from sdengine.books.valuation import portfolio_value, signal_price, signal_value
from sdengine.codes import Mode, Side
from sdengine.coordination.queue import tradable
from sdengine.coordination.rebalancing import buy_at_close, sell_at_close
from sdengine.kernel.compiled import inlined
from sdengine.kernel.room import Desk, asset_of, bar_of, no_branch, rule_of
from sdengine.kernel.tolerance import SLACK
from sdengine.market.costs import costs_of
from sdengine.market.measures import ceil_lots, floor_lots


@inlined
def holds_bands(desk: Desk) -> bool:
    """Return whether the mode holds weights within their bands."""
    mode = desk.plan["mode"]
    if mode == Mode.SIMPLE or mode == Mode.NAV_OPPORTUNISTIC or mode == Mode.REBALANCING:
        return False
    if mode != Mode.HYBRID:
        no_branch(desk)
    return True


@inlined
def leaves_band(desk: Desk, a: int, side: int, qty: float, price: float) -> bool:
    """Return whether a fill would put the asset's weight beyond its band in the direction of the trade.

    The result is valued at the signal price: weight = H' * signal / total', with H' and total' after the fill.
    """
    rule = rule_of(desk, a)
    if math.isnan(rule["band_min"]):
        return False
    signal = signal_price(desk, a)
    sign = 1.0 if side == Side.BUY else -1.0
    value = (asset_of(desk, a)["holdings"] + sign * qty) * signal
    total = signal_value(desk) + sign * qty * (signal - price) - costs_of(desk.plan, qty, price)
    if side == Side.BUY:
        return value > (rule["band_max"] + SLACK) * total
    return value < (rule["band_min"] - SLACK) * total


@inlined
def trade_back_to_band(desk: Desk) -> None:
    """Trade each weight that is outside its band at the close back to the edge, inside where lots allow.

    Sells down to the maximum first, then buys up to the minimum, in the order of adding, the total taken once before.
    A quantity is rounded up to lots so that the weight ends inside, but never so far that it leaves by the other edge.
    """
    total = portfolio_value(desk)
    if not total > 0.0:
        return
    for selling in (True, False):
        for a in range(desk.book["assets"]):
            asset = asset_of(desk, a)
            rule = rule_of(desk, a)
            if not tradable(desk, a) or math.isnan(rule["band_min"]):
                continue
            close = bar_of(desk, a)["close"]
            low, high = rule["band_min"], rule["band_max"]
            value = asset["holdings"] * close
            if selling and value > (high + SLACK) * total:
                most = floor_lots((value - low * total) / close, rule["lot_size"])
                qty = min(ceil_lots((value - high * total) / close, rule["lot_size"]), most, asset["holdings"])
                if qty > 0.0:
                    sell_at_close(desk, a, qty, close)
            elif not selling and value < (low - SLACK) * total:
                most = floor_lots((high * total - value) / close, rule["lot_size"])
                qty = min(ceil_lots((low * total - value) / close, rule["lot_size"]), most)
                if qty > 0.0:
                    buy_at_close(desk, a, qty, close)
