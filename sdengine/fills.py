"""Which order fills next inside a bar.

A daily bar hides the order of its high and low. The path taken is open, first extreme, second extreme, close:
the nearer extreme first (``nearest``; the high on a tie), or always the high or the low first.

1. At the open: while ``open <= buy limit`` a buy fills at the open; while ``open >= sell limit`` a sell does. A gap
   over several brackets fills several orders there: the gap bonus.
2. On each leg of the path: falling, while the leg's end ``<= buy limit``, a buy fills at its limit; rising, likewise
   for sells. Each leg is monotone, so a bar never trades more than the shortest path through its prices would.

``single``: each order that rested when the bar began fills at most once, the buy judged before the sell: at its limit,
or at the open where the open lies beyond it. What is placed anew waits for the next bar.
"""

from __future__ import annotations

from sdengine.codes import Path, Side
from sdengine.compiled import inlined, kernel
from sdengine.records import Record

AT_OPEN = 0
LAST_LEG = 3


@inlined
def enter_bar(asset: Record, bar: Record, path: int) -> None:
    """Set the asset at the open of its bar, its path's extremes in order, both sides free to trade."""
    asset["leg"] = AT_OPEN
    asset["buys_stopped"] = 0
    asset["sells_stopped"] = 0
    if path == Path.SINGLE:
        # the sell that rests now is judged after the buy, which places a new one: keep it
        asset["held_limit"] = asset["sell_limit"]
        asset["held_qty"] = asset["sell_qty"]
        return
    open_, high, low = bar["open"], bar["high"], bar["low"]
    high_first = path == Path.HIGH_FIRST or (path == Path.NEAREST and high - open_ <= open_ - low)
    asset["first_extreme"] = high if high_first else low
    asset["second_extreme"] = low if high_first else high


@inlined
def propose(asset: Record, bar: Record, path: int) -> int:
    """Walk on from where the asset stands to its next fill; return its Side, or Side.NONE at the end of the bar.

    Price, limit and quantity of the proposal are left in the asset's `wish_*` fields.
    """
    if path == Path.SINGLE:
        return _propose_single(asset, bar)
    if asset["leg"] == AT_OPEN:
        open_ = bar["open"]
        if open_ <= asset["buy_limit"] and asset["buys_stopped"] == 0:
            return _wish_buy(asset, open_)
        if open_ >= asset["sell_limit"] and asset["sells_stopped"] == 0:
            return _wish_sell(asset, open_)
        asset["leg"] = 1
    while asset["leg"] <= LAST_LEG:
        start, end = _leg(asset, bar)
        if end < start:
            if end <= asset["buy_limit"] and asset["buys_stopped"] == 0:
                return _wish_buy(asset, asset["buy_limit"])
        elif end > start and end >= asset["sell_limit"] and asset["sells_stopped"] == 0:
            return _wish_sell(asset, asset["sell_limit"])
        asset["leg"] += 1
    return Side.NONE


@inlined
def _leg(asset: Record, bar: Record) -> tuple[float, float]:
    """Start and end price of the leg on which the asset stands."""
    if asset["leg"] == 1:
        return bar["open"], asset["first_extreme"]
    if asset["leg"] == 2:
        return asset["first_extreme"], asset["second_extreme"]
    return asset["second_extreme"], bar["close"]


@inlined
def _wish_buy(asset: Record, price: float) -> int:
    asset["wish_price"] = price
    asset["wish_limit"] = asset["buy_limit"]
    asset["wish_qty"] = asset["buy_qty"]
    return Side.BUY


@inlined
def _wish_sell(asset: Record, price: float) -> int:
    asset["wish_price"] = price
    asset["wish_limit"] = asset["sell_limit"]
    asset["wish_qty"] = asset["sell_qty"]
    return Side.SELL


@kernel
def _propose_single(asset: Record, bar: Record) -> int:
    if asset["leg"] == AT_OPEN:
        asset["leg"] = 1
        if bar["low"] <= asset["buy_limit"]:
            return _wish_buy(asset, min(bar["open"], asset["buy_limit"]))
    if asset["leg"] == 1:
        asset["leg"] = 2
        limit = asset["held_limit"]
        if bar["high"] >= limit:
            asset["wish_price"] = max(bar["open"], limit)
            asset["wish_limit"] = limit
            asset["wish_qty"] = min(asset["held_qty"], asset["holdings"])
            return Side.SELL
    return Side.NONE
