"""The way of the price through one bar, and the fills on it (`sdengine/RULES.md`, "Fills inside a bar")."""

from __future__ import annotations

from dataclasses import dataclass

from tests.oracle.ladder import Order, buy_order, sell_order
from tests.oracle.state import Asset, Bar


@dataclass
class Proposal:
    """An asset's next fill: the order that is met and the price (before slippage) at which it is."""

    asset: Asset
    order: Order
    price: float


def four_prices(bar: Bar, path: str) -> list[float]:
    """Open, first extreme, other extreme, close."""
    high_first = path == "high_first" or (path == "nearest" and bar.high - bar.open <= bar.open - bar.low)
    extremes = [bar.high, bar.low] if high_first else [bar.low, bar.high]
    return [bar.open, *extremes, bar.close]


class Walk:
    """An asset on its way through its bar; `next_fill` walks on to the next order that is met."""

    def __init__(self, asset: Asset, path: str) -> None:
        assert asset.bar is not None
        self.asset = asset
        self.prices = four_prices(asset.bar, path)
        self.stands_at = 0  # 0: at the open; 1, 2, 3: on the leg that ends at prices[1], [2], [3]

    def next_fill(self) -> Proposal | None:
        while self.stands_at <= 3:
            buy = None if self.asset.buys_rest else buy_order(self.asset)
            sell = None if self.asset.sells_rest else sell_order(self.asset)
            here = self.prices[self.stands_at]
            if self.stands_at == 0:
                if buy is not None and here <= buy.limit:
                    return Proposal(self.asset, buy, here)
                if sell is not None and here >= sell.limit:
                    return Proposal(self.asset, sell, here)
            else:
                came_from = self.prices[self.stands_at - 1]
                if here < came_from and buy is not None and here <= buy.limit:
                    return Proposal(self.asset, buy, buy.limit)
                if here > came_from and sell is not None and here >= sell.limit:
                    return Proposal(self.asset, sell, sell.limit)
            self.stands_at += 1
        return None


class SingleWalk:
    """Each order that rested before the bar fills at most once, the buy before the sell, nothing is placed anew."""

    def __init__(self, asset: Asset) -> None:
        self.asset = asset
        self.waiting: list[Proposal] = []
        bar = asset.bar
        assert bar is not None
        buy, sell = buy_order(asset), sell_order(asset)
        if buy is not None and bar.low <= buy.limit:
            self.waiting.append(Proposal(asset, buy, min(buy.limit, bar.open)))
        if sell is not None and bar.high >= sell.limit:
            self.waiting.append(Proposal(asset, sell, max(sell.limit, bar.open)))

    def next_fill(self) -> Proposal | None:
        if not self.waiting:
            return None
        proposal = self.waiting.pop(0)
        if proposal.order.side == "sell":
            proposal.order.qty = min(proposal.order.qty, self.asset.holdings)
        return proposal


def start_walk(asset: Asset, path: str) -> Walk | SingleWalk:
    """The asset at the start of its bar."""
    return SingleWalk(asset) if path == "single" else Walk(asset, path)
