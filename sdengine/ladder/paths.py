"""Which way a bar is taken to have gone (`sdengine/RULES.md`, "Fills inside a bar").

Everything about a path is settled when its bar begins: one of the two short walks, or a path drawn at random.
"""

from __future__ import annotations

import math

from sdengine.codes import Path, Requote, Side
from sdengine.kernel.compiled import inlined, kernel
from sdengine.kernel.pointers import copied
from sdengine.kernel.records import NO_WALK, Record
from sdengine.kernel.room import Desk, asset_of, bar_of, no_branch, rule_of
from sdengine.kernel.tolerance import DUST
from sdengine.ladder.brownian import choose
from sdengine.ladder.fills import AT_OPEN, propose
from sdengine.ladder.orders import place_orders
from sdengine.market.costs import buy_price, costs_of, sell_price


@inlined
def enter_bar(desk: Desk, a: int) -> None:
    """Set the asset at the open of its bar, both sides free to trade, and settle which way it goes."""
    asset, path = asset_of(desk, a), desk.plan["path"]
    asset["leg"] = AT_OPEN
    asset["buys_stopped"] = 0
    asset["sells_stopped"] = 0
    asset["walk"] = NO_WALK
    if desk.plan["requote"] == Requote.AT_ONCE:
        asset["once"] = 0
    elif desk.plan["requote"] == Requote.NIGHTLY:
        hold_orders(asset)
    else:
        no_branch(desk)
    if path == Path.NEAREST:
        asset["high_first"] = high_is_nearer(bar_of(desk, a))
    elif path == Path.HIGH_FIRST:
        asset["high_first"] = 1
    elif path == Path.LOW_FIRST:
        asset["high_first"] = 0
    elif path == Path.CALM or path == Path.BUSY:
        asset["high_first"] = judge(desk.plan, asset, rule_of(desk, a), bar_of(desk, a), path == Path.BUSY)
    elif path == Path.RANDOM:
        take_walk(desk, asset, rule_of(desk, a), bar_of(desk, a))
    else:
        no_branch(desk)


@inlined
def hold_orders(asset: Record) -> None:
    """Keep the two orders that rest when the bar begins: no others fill, and each at most once."""
    asset["once"] = 1
    asset["held_buy_limit"] = asset["buy_limit"]
    asset["held_buy_qty"] = asset["buy_qty"]
    asset["held_sell_limit"] = asset["sell_limit"]
    asset["held_sell_qty"] = asset["sell_qty"]


@inlined
def high_is_nearer(bar: Record) -> int:
    """Return 1 where the high lies no further from the open than the low, else 0."""
    return 1 if bar["high"] - bar["open"] <= bar["open"] - bar["low"] else 0


@kernel
def take_walk(desk: Desk, asset: Record, rule: Record, bar: Record) -> None:
    """Let the asset follow the path that seed, ticker and date draw; without a range there is none to follow."""
    asset["high_first"] = high_is_nearer(bar)
    if bar["high"] <= bar["low"]:
        return
    opened, closed = place_in(bar, bar["open"]), place_in(bar, bar["close"])
    plan = desk.plan
    asset["walk"] = choose(plan["walks"], plan["seed"], rule["ticker"], desk.day["ordinal"], opened, closed)
    asset["walk_open"], asset["walk_close"] = opened, closed


@kernel
def place_in(bar: Record, price: float) -> float:
    """Return where a price lies in the bar's range, by logarithms: 0 at its low, 1 at its high, never beyond."""
    if price <= bar["low"]:
        return 0.0
    if price >= bar["high"]:
        return 1.0
    return math.log(price / bar["low"]) / math.log(bar["high"] / bar["low"])


@kernel
def judge(plan: Record, asset: Record, rule: Record, bar: Record, busy: bool) -> int:
    """Return which extreme comes first, 1 the high: that which leaves less at the close, or more if `busy`.

    The asset is judged alone, as if the bank sufficed and no band forbade; a tie goes to the nearer extreme.
    """
    left = before = 0.0
    for high_first in range(2):
        before, left = left, left_at_close(plan, copied(asset), rule, bar, high_first)
    if abs(left - before) <= DUST * asset["holdings"] * bar["close"]:
        return high_is_nearer(bar)
    return 1 if (left > before) == busy else 0


@kernel
def left_at_close(plan: Record, asset: Record, rule: Record, bar: Record, high_first: int) -> float:
    """Walk an asset through its bar, alone and as if the bank sufficed; return cash and holdings at the close.

    `asset` is changed: it is a copy, or the caller's whole world (see `sdengine.history.floor`).
    """
    asset["high_first"] = high_first
    cash = 0.0
    while True:
        side = propose(plan, asset, bar)
        if side == Side.NONE:
            return cash + asset["holdings"] * bar["close"]
        qty = asset["wish_qty"]
        if side == Side.SELL:
            price = sell_price(plan, asset["wish_price"])
            cash += qty * price - costs_of(plan, qty, price)
            asset["holdings"] -= qty
            if asset["holdings"] <= DUST * qty:
                asset["holdings"] = 0.0
        else:
            price = buy_price(plan, asset["wish_price"])
            cash -= qty * price + costs_of(plan, qty, price)
            asset["holdings"] += qty
        asset["anchor"] = asset["wish_limit"]
        place_orders(plan, asset, rule, bar["nav_before"])
