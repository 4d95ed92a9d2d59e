"""Which order fills next inside a bar (`sdengine/RULES.md`, "Fills inside a bar").

A daily bar hides the order of its high and low. Most paths take one of two walks through it: open, high, low, close or
open, low, high, close; the `random` path has many legs (see `sdengine.ladder.paths`, `sdengine.ladder.brownian`).

1. At the open: while ``open <= buy limit`` a buy fills at the open; while ``open >= sell limit`` a sell does. A gap
   over several brackets fills several orders there: the gap bonus.
2. On each leg of the path: falling, while the leg's end ``<= buy limit``, a buy fills at its limit; rising, likewise
   for sells. Each leg is monotone, so such a bar never trades more than the shortest path through its prices would.

With ``requote = "nightly"`` the two orders that rested when the bar began are the only ones, and each fills at most
once; what is placed anew waits for the next bar.
"""

from __future__ import annotations

import math

from sdengine.codes import Side
from sdengine.kernel.compiled import inlined, kernel
from sdengine.kernel.records import NO_WALK, Record
from sdengine.ladder.brownian import STEPS, out_of_reach, place_at, point_at

AT_OPEN = 0
LAST_LEG = 3


@inlined
def propose(plan: Record, asset: Record, bar: Record) -> int:
    """Walk on from where the asset stands to its next fill; return its Side, or Side.NONE if there is none left.

    Price, limit and quantity of the proposal are left in the asset's `wish_*` fields.
    """
    if asset["once"] == 1 or asset["walk"] != NO_WALK:
        return _propose_otherwise(plan, asset, bar)
    buys = (bar["low"] <= asset["buy_limit"]) & (asset["buys_stopped"] == 0)
    sells = (bar["high"] >= asset["sell_limit"]) & (asset["sells_stopped"] == 0)
    if not (buys | sells):
        return Side.NONE
    high_first = asset["high_first"] == 1
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


@inlined
def _wish_once(asset: Record, side: int, price: float) -> int:
    """Leave the proposal of the order that rested on that side in the morning, which is thereby spent."""
    asset["wish_price"] = price
    if side == Side.BUY:
        asset["buys_stopped"] = 1
        asset["wish_limit"] = asset["held_buy_limit"]
        asset["wish_qty"] = asset["held_buy_qty"]
    else:
        asset["sells_stopped"] = 1
        asset["wish_limit"] = asset["held_sell_limit"]
        asset["wish_qty"] = min(asset["held_sell_qty"], asset["holdings"])
    return side


@inlined
def _propose_otherwise(plan: Record, asset: Record, bar: Record) -> int:
    """Propose likewise where each order fills at most once, or where the path has many legs."""
    once = asset["once"] == 1
    buy_limit = asset["held_buy_limit"] if once else asset["buy_limit"]
    sell_limit = asset["held_sell_limit"] if once else asset["sell_limit"]
    buys = bar["low"] <= buy_limit and asset["buys_stopped"] == 0
    sells = bar["high"] >= sell_limit and asset["sells_stopped"] == 0
    if asset["leg"] == AT_OPEN:
        if buys and bar["open"] <= buy_limit:
            return _wish_once(asset, Side.BUY, bar["open"]) if once else _wish(asset, Side.BUY, bar["open"])
        if sells and bar["open"] >= sell_limit:
            return _wish_once(asset, Side.SELL, bar["open"]) if once else _wish(asset, Side.SELL, bar["open"])
        asset["leg"] = 1
    if not (buys or sells):
        return Side.NONE
    if asset["walk"] == NO_WALK:
        side = _meet_on_short_walk(asset, bar, buys, buy_limit, sells, sell_limit)
    else:
        side = _meet_on_long_walk(plan, asset, bar, buys, buy_limit, sells, sell_limit)
    if side == Side.NONE:
        return side
    price = buy_limit if side == Side.BUY else sell_limit
    return _wish_once(asset, side, price) if once else _wish(asset, side, price)


@inlined
def _meet_on_short_walk(
    asset: Record, bar: Record, buys: bool, buy_limit: float, sells: bool, sell_limit: float
) -> int:
    """Walk on over the three legs to the next order that is met."""
    while asset["leg"] <= LAST_LEG:
        start, end = leg_of(bar, asset["leg"], asset["high_first"] == 1)
        if end < start and buys and end <= buy_limit:
            return Side.BUY
        if end > start and sells and end >= sell_limit:
            return Side.SELL
        asset["leg"] += 1
    return Side.NONE


@kernel
def _meet_on_long_walk(
    plan: Record, asset: Record, bar: Record, buys: bool, buy_limit: float, sells: bool, sell_limit: float
) -> int:
    """Walk on over the legs of a path drawn at random, limits taken as places in the bar's range."""
    width = math.log(bar["high"] / bar["low"])
    buy_at = max(math.log(buy_limit / bar["low"]) / width, 0.0) if buys else -1.0
    sell_at = min(math.log(sell_limit / bar["low"]) / width, 1.0) if sells else 2.0
    walks, walk, opened, closed = plan["walks"], asset["walk"], asset["walk_open"], asset["walk_close"]
    highest_that_buys, lowest_that_sells = out_of_reach(walks, walk, opened, closed, buy_at, sell_at)
    while asset["leg"] <= STEPS:
        if highest_that_buys < point_at(walks, walk, asset["leg"]) < lowest_that_sells:
            asset["leg"] += 1
            continue
        start = place_at(walks, walk, asset["leg"] - 1, opened, closed)
        end = place_at(walks, walk, asset["leg"], opened, closed)
        if end < start and end <= buy_at:
            return Side.BUY
        if end > start and end >= sell_at:
            return Side.SELL
        asset["leg"] += 1
    return Side.NONE
