"""Which order fills next inside a bar (`sdengine/RULES.md`, "Fills inside a bar").

A daily bar hides the order of its high and low. The path taken is open, first extreme, second extreme, close:
the nearer extreme first (`nearest`; the high on a tie), or always the high or the low first.

1. At the open: while `open <= buy limit` a buy fills at the open; while `open >= sell limit` a sell does. A gap
   over several brackets fills several orders there: the gap bonus.
2. On each leg of the path: falling, while the leg's end `<= buy limit`, a buy fills at its limit; rising, likewise
   for sells. Each leg is monotone, so a bar never trades more than the shortest path through its prices would.

`single`: each order that rested when the bar began fills at most once, the buy judged before the sell: at its limit,
or at the open where the open lies beyond it. What is placed anew waits for the next bar.
"""

from __future__ import annotations

from sdengine.codes import Path, Side
from sdengine.kernel.compiled import inlined, kernel
from sdengine.kernel.records import Record

AT_OPEN = 0
LAST_LEG = 3


@inlined
def enter_bar(asset: Record, path: int) -> None:
    """Set the asset at the open of its bar, both sides free to trade."""
    asset["leg"] = AT_OPEN
    asset["buys_stopped"] = 0
    asset["sells_stopped"] = 0
    if fills_once(path):
        # the sell that rests now is judged after the buy, which places a new one: keep it
        asset["held_limit"] = asset["sell_limit"]
        asset["held_qty"] = asset["sell_qty"]


@inlined
def fills_once(path: int) -> bool:
    """Return whether each order fills at most once a bar."""
    if path == Path.NEAREST or path == Path.HIGH_FIRST or path == Path.LOW_FIRST:
        return False
    return path == Path.SINGLE


@inlined
def high_comes_first(bar: Record, path: int) -> bool:
    """Return whether the path through the bar goes to its high before its low."""
    if path == Path.NEAREST:
        return bar["high"] - bar["open"] <= bar["open"] - bar["low"]
    if path == Path.LOW_FIRST or path == Path.SINGLE:
        return False
    return path == Path.HIGH_FIRST


@inlined
def propose(asset: Record, bar: Record, path: int) -> int:
    """Walk on from where the asset stands to its next fill; return its Side, or Side.NONE if there is none left.

    Price, limit and quantity of the proposal are left in the asset's `wish_*` fields.
    """
    if fills_once(path):
        return _propose_single(asset, bar)
    buys = (bar["low"] <= asset["buy_limit"]) & (asset["buys_stopped"] == 0)
    sells = (bar["high"] >= asset["sell_limit"]) & (asset["sells_stopped"] == 0)
    if not (buys | sells):
        return Side.NONE
    high_first = high_comes_first(bar, path)
    if asset["leg"] == AT_OPEN:
        open_ = bar["open"]
        if buys and open_ <= asset["buy_limit"]:
            return _wish(asset, Side.BUY, open_)
        if sells and open_ >= asset["sell_limit"]:
            return _wish(asset, Side.SELL, open_)
        # most bars reach one order alone: it fills on the leg to its extreme, and nothing before it does
        if not sells:
            asset["leg"] = 2 if high_first else 1
            return _wish(asset, Side.BUY, asset["buy_limit"])
        if not buys:
            asset["leg"] = 1 if high_first else 2
            return _wish(asset, Side.SELL, asset["sell_limit"])
        asset["leg"] = 1
    while asset["leg"] <= LAST_LEG:
        start, end = leg_of(bar, asset["leg"], high_first)
        if end < start:
            if end <= asset["buy_limit"] and asset["buys_stopped"] == 0:
                return _wish(asset, Side.BUY, asset["buy_limit"])
        elif end > start and end >= asset["sell_limit"] and asset["sells_stopped"] == 0:
            return _wish(asset, Side.SELL, asset["sell_limit"])
        asset["leg"] += 1
    return Side.NONE


@inlined
def leg_of(bar: Record, leg: int, high_first: bool) -> tuple[float, float]:
    """Return the start and end price of the path's first, second or third leg."""
    first = bar["high"] if high_first else bar["low"]
    second = bar["low"] if high_first else bar["high"]
    if leg == 1:
        return bar["open"], first
    if leg == 2:
        return first, second
    return second, bar["close"]


@inlined
def _wish(asset: Record, side: int, price: float) -> int:
    """Leave the proposal of the order that rests on that side."""
    asset["wish_price"] = price
    asset["wish_limit"] = asset["buy_limit"] if side == Side.BUY else asset["sell_limit"]
    asset["wish_qty"] = asset["buy_qty"] if side == Side.BUY else asset["sell_qty"]
    return side


@kernel
def _propose_single(asset: Record, bar: Record) -> int:
    if asset["leg"] == AT_OPEN:
        asset["leg"] = 1
        if bar["low"] <= asset["buy_limit"]:
            return _wish(asset, Side.BUY, min(bar["open"], asset["buy_limit"]))
    if asset["leg"] == 1:
        asset["leg"] = 2
        limit = asset["held_limit"]
        if bar["high"] >= limit:
            asset["wish_price"] = max(bar["open"], limit)
            asset["wish_limit"] = limit
            asset["wish_qty"] = min(asset["held_qty"], asset["holdings"])
            return Side.SELL
    return Side.NONE
