"""How an asset comes into the portfolio: at the close of its first bar in the window (`sdengine/RULES.md`, "Entry")."""

from __future__ import annotations

from tests.oracle.costs import affordable, buy_price
from tests.oracle.dynamic import gaps_between
from tests.oracle.state import Asset, Book
from tests.oracle.trades import buy


def initial_quantity(book: Book, asset: Asset, close: float) -> float:
    """Return a quantity as it is given; a weight (of the initial cash) or a value must pay for the costs as well."""
    if asset.settings.quantity is not None:
        return asset.settings.quantity
    weight = asset.settings.weight or 0.0
    budget = asset.settings.value if asset.settings.value is not None else weight * book.settings.initial_cash
    return affordable(book.settings, budget, buy_price(book.settings, close), asset.settings.lot_size)


def enter_new_assets(book: Book) -> None:
    """First act of the close. NAV and anchor are the close itself; a purchase of nothing is a row of 0 shares."""
    for asset in book.assets:
        if asset.bar is None or asset.entered_on is not None:
            continue
        close = asset.bar.close
        asset.entered_on = book.today
        asset.nav = asset.anchor = close
        asset.gaps = gaps_between([*asset.past, asset.bar]) if asset.past else []
        qty = initial_quantity(book, asset, close)
        if qty > 0:
            buy(book, asset, "INITIAL_BUY", qty, close, anchor=close)
        else:
            book.record(asset, "INITIAL_BUY", 0.0, buy_price(book.settings, close), 0.0)
