"""Hybrid: a weight outside its band is traded back to the edge at the close (`sdengine/RULES.md`, "Bands")."""

from __future__ import annotations

from tests.oracle.costs import brings, buy_price, ceil_lots, cut_to_bank, floor_lots
from tests.oracle.rounds import SLACK
from tests.oracle.state import Book
from tests.oracle.trades import buy, sell


def hold_bands(book: Book) -> None:
    """Sells (weights above the band) first, then buys, in order of adding; the total value is taken once, before.

    Rounded up to whole lots so that the weight ends inside, but never so far that it leaves by the other edge.
    """
    total = book.total_value()
    if total <= 0:
        return
    banded = [a for a in book.tradable() if a.settings.band is not None]
    for asset in banded:
        assert asset.bar is not None
        assert asset.settings.band is not None
        low, high = asset.settings.band
        close, lot = asset.bar.close, asset.settings.lot_size
        value = asset.holdings * close
        if value > (high + SLACK) * total:
            most = floor_lots((value - low * total) / close, lot)
            qty = min(ceil_lots((value - high * total) / close, lot), most, asset.holdings)
            if qty > 0 and brings(book.settings, qty, close):
                sell(book, asset, "REBALANCE_SELL", qty, close, anchor=close)
    for asset in banded:
        assert asset.bar is not None
        assert asset.settings.band is not None
        low, high = asset.settings.band
        close, lot = asset.bar.close, asset.settings.lot_size
        value = asset.holdings * close
        if value < (low - SLACK) * total:
            most = floor_lots((high * total - value) / close, lot)
            qty = min(ceil_lots((low * total - value) / close, lot), most)
            qty = cut_to_bank(book.settings, book.bank, qty, buy_price(book.settings, close), lot)
            if qty > 0:
                buy(book, asset, "REBALANCE_BUY", qty, close, anchor=close)
