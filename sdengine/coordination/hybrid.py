"""Bands: NAV-driven trading within a range of weights, and back to the edge where the range is left."""

from __future__ import annotations

import math

from sdengine.books.trades import costs_of
from sdengine.books.valuation import portfolio_value, signal_value
from sdengine.codes import Side
from sdengine.coordination.queue import signal_price, tradable
from sdengine.coordination.rebalancing import buy_at_close, sell_at_close
from sdengine.kernel.compiled import kernel
from sdengine.kernel.pointers import nth
from sdengine.kernel.room import Desk
from sdengine.ladder.brackets import SLACK, ceil_lots, floor_lots


@kernel
def leaves_band(desk: Desk, a: int, side: int, qty: float, price: float) -> bool:
    """Whether a fill would put the asset's weight beyond its band in the direction of the trade.

    The result is valued at the signal price: weight = H' * signal / total', with H' and total' after the fill.
    """
    rule = nth(desk.rules, a)
    if math.isnan(rule["band_min"]):
        return False
    signal = signal_price(desk, a)
    sign = 1.0 if side == Side.BUY else -1.0
    value = (nth(desk.assets, a)["holdings"] + sign * qty) * signal
    total = signal_value(desk) + sign * qty * (signal - price) - costs_of(desk.plan, qty, price)
    if side == Side.BUY:
        return value > (rule["band_max"] + SLACK) * total
    return value < (rule["band_min"] - SLACK) * total


@kernel
def trade_back_to_band(desk: Desk) -> None:
    """At the close, trade each weight that is outside its band back to the edge, inside where lots allow.

    Sells down to the maximum first, then buys up to the minimum, in the order of adding, the total taken once before.
    A quantity is rounded up to lots so that the weight ends inside, but never so far that it leaves by the other edge.
    """
    total = portfolio_value(desk)
    if not total > 0.0:
        return
    for selling in (True, False):
        for a in range(desk.book["assets"]):
            asset = nth(desk.assets, a)
            rule = nth(desk.rules, a)
            if not tradable(desk, a) or math.isnan(rule["band_min"]):
                continue
            close = nth(desk.bars, a)["close"]
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
