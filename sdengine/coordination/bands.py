"""Bands: NAV-driven trading within a range of weights, and back to the edge where the range is left."""

from __future__ import annotations

import math

from sdengine.brackets import ceil_lots, floor_lots
from sdengine.codes import Side
from sdengine.compiled import kernel
from sdengine.coordination.priority import signal_price
from sdengine.coordination.target import buy_at_close, sell_at_close
from sdengine.pointers import nth
from sdengine.records import Desk
from sdengine.trades import costs_of
from sdengine.valuation import portfolio_value, signal_value


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
    holdings = nth(desk.assets, a)["holdings"] + sign * qty
    total = signal_value(desk) + sign * qty * (signal - price) - costs_of(desk.plan, qty, price)
    weight = holdings * signal / total if total > 0.0 else math.inf
    return weight > rule["band_max"] if side == Side.BUY else weight < rule["band_min"]


@kernel
def trade_back_to_band(desk: Desk) -> None:
    """At the close, trade each weight that is outside its band back to the edge, inside where lots allow.

    Sells down to the maximum first, then buys up to the minimum, in the order of adding, the total taken once before.
    A quantity is rounded up to lots so that the weight ends inside, unless that would leave the band on the other side.
    """
    total = portfolio_value(desk)
    if not total > 0.0:
        return
    for selling in (True, False):
        for a in range(desk.book["assets"]):
            asset = nth(desk.assets, a)
            rule = nth(desk.rules, a)
            close = nth(desk.bars, a)["close"]
            if math.isnan(close) or asset["entered"] == 0 or math.isnan(rule["band_min"]):
                continue
            low = rule["band_min"] * total / close
            high = rule["band_max"] * total / close
            if selling and asset["holdings"] > high:
                qty = ceil_lots(asset["holdings"] - high, rule["lot_size"])
                if asset["holdings"] - qty < low:
                    qty = floor_lots(asset["holdings"] - high, rule["lot_size"])
                qty = min(qty, asset["holdings"])
                if qty > 0.0:
                    sell_at_close(desk, a, qty, close)
            elif not selling and asset["holdings"] < low:
                qty = ceil_lots(low - asset["holdings"], rule["lot_size"])
                if asset["holdings"] + qty > high:
                    qty = floor_lots(low - asset["holdings"], rule["lot_size"])
                if qty > 0.0:
                    buy_at_close(desk, a, qty, close)
