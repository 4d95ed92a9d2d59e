"""The rounds of a day: each asset proposes its next fill, sells execute first, then buys, until nobody proposes.

`sdengine/RULES.md`, "The portfolio, one day".
"""

from __future__ import annotations

from sdengine.books.trades import buy, record, sell
from sdengine.codes import Action, OnInsufficientCash, Side
from sdengine.coordination.hybrid import holds_bands, leaves_band
from sdengine.coordination.queue import queue_up
from sdengine.kernel.compiled import inlined
from sdengine.kernel.room import Desk, asset_of, bar_of, no_branch, rule_of
from sdengine.ladder.fills import propose
from sdengine.ladder.paths import enter_bar
from sdengine.market.costs import affordable, buy_price, costs_of, sell_price


@inlined
def trade_bars(desk: Desk) -> None:
    """Play the rounds of the day."""
    active = find_active(desk)
    if active == 0:
        return
    for i in range(active):
        enter_bar(desk, asset_of(desk, i)["active"])
    while True:
        active = keep_proposing(desk, active)
        if active == 0:
            return
        queue_up(desk, active)
        for i in range(active):
            a = asset_of(desk, i)["queue"]
            if asset_of(desk, a)["wish"] == Side.SELL:
                execute_sell(desk, a)
            else:
                execute_buy(desk, a)


@inlined
def find_active(desk: Desk) -> int:
    """List the assets whose bar reaches an order; the others have nothing to do. A missing bar (NaN) never does."""
    count = 0
    for a in range(desk.book["assets"]):
        asset = asset_of(desk, a)
        bar = bar_of(desk, a)
        if bar["low"] <= asset["buy_limit"] or bar["high"] >= asset["sell_limit"]:
            asset_of(desk, count)["active"] = a
            count += 1
    return count


@inlined
def keep_proposing(desk: Desk, active: int) -> int:
    """Let each active asset propose its next fill; those that have none left are done for the day."""
    kept = 0
    for i in range(active):
        a = asset_of(desk, i)["active"]
        asset = asset_of(desk, a)
        asset["wish"] = propose(desk.plan, asset, bar_of(desk, a))
        if asset["wish"] != Side.NONE:
            asset_of(desk, kept)["active"] = a
            kept += 1
    return kept


@inlined
def execute_sell(desk: Desk, a: int) -> None:
    """Sell what was proposed, unless the band forbids it; the anchor moves to the order's limit."""
    asset = asset_of(desk, a)
    price = sell_price(desk.plan, asset["wish_price"])
    qty = asset["wish_qty"]
    if holds_bands(desk) and leaves_band(desk, a, Side.SELL, qty, price):
        asset["sells_stopped"] = 1
        record(desk, a, Action.SKIP_BAND, qty, price, 0.0, 0.0)
        return
    asset["anchor"] = asset["wish_limit"]
    desk.book["synthetic_dividends"] += qty * price
    sell(desk, a, qty, price, Action.SELL)


@inlined
def execute_buy(desk: Desk, a: int) -> None:
    """Buy what was proposed, as far as band and bank allow; the anchor moves to the order's limit."""
    asset = asset_of(desk, a)
    price = buy_price(desk.plan, asset["wish_price"])
    qty = asset["wish_qty"]
    if holds_bands(desk) and leaves_band(desk, a, Side.BUY, qty, price):
        asset["buys_stopped"] = 1
        record(desk, a, Action.SKIP_BAND, qty, price, 0.0, 0.0)
        return
    if desk.plan["allow_margin"] == 0 and desk.book["bank"] < qty * price + costs_of(desk.plan, qty, price):
        wanted = qty
        qty = what_the_bank_allows(desk, a, price)
        if qty <= 0.0:
            asset["buys_stopped"] = 1
            record(desk, a, Action.SKIP_BUY, wanted, price, 0.0, 0.0)
            return
    asset["anchor"] = asset["wish_limit"]
    buy(desk, a, qty, price, Action.BUY)


@inlined
def what_the_bank_allows(desk: Desk, a: int, price: float) -> float:
    """Return the shares that are bought where the bank does not hold the whole cost."""
    choice = desk.plan["on_insufficient_cash"]
    if choice == OnInsufficientCash.SKIP:
        return 0.0
    if choice != OnInsufficientCash.PARTIAL:
        no_branch(desk)
    return affordable(desk.plan, desk.book["bank"], price, rule_of(desk, a)["lot_size"])
