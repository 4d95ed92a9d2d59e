"""The way of the price through one bar, and the fills on it (`sdengine/RULES.md`, "Fills inside a bar")."""

from __future__ import annotations

import copy
from dataclasses import dataclass

from tests.oracle.brownian import points
from tests.oracle.costs import buy_price, sell_price, whole_cost
from tests.oracle.ladder import Order, buy_order, sell_order
from tests.oracle.settings import Settings
from tests.oracle.state import DUST, Asset, Bar, Book


@dataclass
class Proposal:
    """An asset's next fill: the order that is met and the price (before slippage) at which it is."""

    asset: Asset
    order: Order
    price: float


def short_walk(bar: Bar, high_first: bool) -> list[float]:
    """Open, first extreme, other extreme, close."""
    extremes = [bar.high, bar.low] if high_first else [bar.low, bar.high]
    return [bar.open, *extremes, bar.close]


def nearer_is_high(bar: Bar) -> bool:
    """Tell whether the high comes first: it does where both are equally near."""
    return bar.high - bar.open <= bar.open - bar.low


def prices_of(book: Book, asset: Asset) -> list[float]:
    """Return the prices that the asset's bar visits, in their order, by the scenario's path."""
    bar, path = asset.bar, book.settings.path
    assert bar is not None
    if path == "random" and bar.high > bar.low:
        return points(book.settings.seed, asset.ticker, book.today, bar)
    if path in ("calm", "busy"):
        return short_walk(bar, judge(book.settings, asset, busy=path == "busy"))
    return short_walk(bar, {"high_first": True, "low_first": False}.get(path, nearer_is_high(bar)))


def judge(settings: Settings, asset: Asset, busy: bool) -> bool:
    """Whether the high comes first: whichever leaves less at the close (more if busy), the asset judged alone."""
    assert asset.bar is not None
    high, low = (left_at_close(settings, asset, high_first) for high_first in (True, False))
    if abs(high - low) <= DUST * asset.holdings * asset.bar.close:
        return nearer_is_high(asset.bar)
    return (high > low) == busy


def left_at_close(settings: Settings, asset: Asset, high_first: bool) -> float:
    """Cash and holdings at the close if the asset walked alone and the bank sufficed."""
    asset, cash = copy.copy(asset), 0.0
    assert asset.bar is not None
    walk = Walk(settings, asset, short_walk(asset.bar, high_first))
    while (met := walk.next_fill()) is not None:
        if met.order.side == "sell":
            price = sell_price(settings, met.price)
            cash += 2 * met.order.qty * price - whole_cost(settings, met.order.qty, price)
            asset.holdings -= met.order.qty
        else:
            cash -= whole_cost(settings, met.order.qty, buy_price(settings, met.price))
            asset.holdings += met.order.qty
        asset.anchor = met.order.limit
    return cash + asset.holdings * asset.bar.close


class Walk:
    """An asset on its way through its bar; `next_fill` walks on to the next order that is met.

    `requote = "nightly"`: the orders are those of the morning, each fills at most once, and where the sell comes after
    the buy it is for the shares that it was for then.
    """

    def __init__(self, settings: Settings, asset: Asset, prices: list[float]) -> None:
        self.settings, self.asset, self.prices = settings, asset, prices
        self.stands_at = 0  # 0: at the open; k: on the leg that ends at prices[k]
        self.once = settings.requote == "nightly"
        self.morning = [buy_order(asset), sell_order(settings, asset)]

    def orders(self) -> tuple[Order | None, Order | None]:
        """Return the buy and the sell that rest now."""
        buy, sell = self.morning if self.once else (buy_order(self.asset), sell_order(self.settings, self.asset))
        return None if self.asset.buys_rest else buy, None if self.asset.sells_rest else sell

    def next_fill(self) -> Proposal | None:
        """Return the next order that is met, None at the end of the bar."""
        while self.stands_at < len(self.prices):
            buy, sell = self.orders()
            here = self.prices[self.stands_at]
            if self.stands_at == 0:
                if buy is not None and here <= buy.limit:
                    return self.propose(buy, here)
                if sell is not None and here >= sell.limit:
                    return self.propose(sell, here)
            else:
                came_from = self.prices[self.stands_at - 1]
                if here < came_from and buy is not None and here <= buy.limit:
                    return self.propose(buy, buy.limit)
                if here > came_from and sell is not None and here >= sell.limit:
                    return self.propose(sell, sell.limit)
            self.stands_at += 1
        return None

    def propose(self, order: Order, price: float) -> Proposal:
        """Propose that order; one of the morning is then spent."""
        if self.once:
            self.morning[order.side == "sell"] = None
        return Proposal(self.asset, order, price)
