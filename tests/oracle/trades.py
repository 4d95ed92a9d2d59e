"""A trade that happens: bank, holdings, lots and the row of fills."""

from __future__ import annotations

from tests.oracle.costs import buy_price, commissions, sell_price
from tests.oracle.lots import consume, open_lot
from tests.oracle.state import DUST, Asset, Book, Lot


def buy(book: Book, asset: Asset, action: str, qty: float, market_price: float, anchor: float | None) -> None:
    """Buy `qty` at the market price made worse by slippage; `anchor` None leaves the anchor where it is."""
    price = buy_price(book.settings, market_price)
    costs = commissions(book.settings, qty, price)
    book.pay(qty * price + costs)
    asset.holdings += qty
    if anchor is not None:
        asset.anchor = anchor
    number = book.record(asset, action, qty, price, qty * price, costs)
    open_lot(book, asset, number, action, qty, price, costs)


def sell(
    book: Book,
    asset: Asset,
    action: str,
    qty: float,
    market_price: float,
    anchor: float | None,
    only: Lot | None = None,
) -> None:
    """Sell `qty` at the market price made worse by slippage; `anchor` None leaves the anchor where it is."""
    price = sell_price(book.settings, market_price)
    costs = commissions(book.settings, qty, price)
    book.bank += qty * price - costs
    asset.holdings -= qty
    if asset.holdings <= DUST * qty:
        asset.holdings = 0.0
    if anchor is not None:
        asset.anchor = anchor
    if action == "SELL":
        book.synthetic_dividends += qty * price
    number = book.record(asset, action, qty, price, qty * price, costs)
    consume(book, asset, number, action, qty, price, costs, only)
    if asset.holdings == 0:
        asset.lots = []
