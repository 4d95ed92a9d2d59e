"""Target allocation: back to the targets on drift or by the calendar (`sdengine/RULES.md`, "Target allocation")."""

from __future__ import annotations

from tests.oracle.costs import brings, buy_price, cut_to_bank, floor_lots
from tests.oracle.state import DUST, Asset, Book
from tests.oracle.trades import buy, sell


def drifted(book: Book, total: float) -> bool:
    """Is some asset further from its target than `drift`? One without a bar today counts with its last close."""
    drift = book.settings.rebalancing.get("drift")
    drift = 0.05 if drift is None else drift
    for asset in book.assets:
        entered = asset.entered_on is not None and asset.entered_on < book.today
        if entered and asset.settings.target is not None:
            weight = asset.holdings * asset.signal_close / total
            if abs(weight - asset.settings.target) > drift:
                return True
    return False


def rebalance(book: Book) -> None:
    """Trade every asset with a bar and a target to `target * total value / close` in whole lots: sells, then buys.

    All targets come from the total value before the first trade. Buys are cut to what the bank affords.
    """
    total = book.total_value()
    if total <= 0 or not (drifted(book, total) or book.rebalancing_due):
        return
    wanted: list[tuple[Asset, float, float]] = []
    for asset in book.tradable():
        if asset.settings.target is not None and asset.bar is not None:
            close = asset.bar.close
            quantity = floor_lots(asset.settings.target * total / close, asset.settings.lot_size)
            change = quantity - asset.holdings
            if abs(change) > DUST * max(quantity, asset.holdings):
                wanted.append((asset, close, change))
    for asset, close, change in wanted:
        if change < 0 and brings(book.settings, -change, close):
            sell(book, asset, "REBALANCE_SELL", -change, close, anchor=close)
    for asset, close, change in wanted:
        if change > 0:
            price = buy_price(book.settings, close)
            qty = cut_to_bank(book.settings, book.bank, change, price, asset.settings.lot_size)
            if qty > 0:
                buy(book, asset, "REBALANCE_BUY", qty, close, anchor=close)
