"""Four ways to raise the cash that a withdrawal lacks, by selling at the close (`sdengine/RULES.md`, "Funding")."""

from __future__ import annotations

import math

from tests.oracle.costs import brings, ceil_lots, floor_lots, net_per_share
from tests.oracle.lots import is_long_term, smallest_first
from tests.oracle.state import DUST, Asset, Book, Lot
from tests.oracle.trades import sell

ENOUGH = 1e-9  # a billionth of the amount may be missing: floating point, not money


def quantity_for(book: Book, asset: Asset, missing: float, most: float = math.inf) -> float:
    """Return the lots that bring `missing` after all costs, at most `most`; 0 where costs eat the proceeds."""
    settings = book.settings
    assert asset.bar is not None
    per_share = net_per_share(settings, asset.bar.close)
    if per_share <= 0 or missing <= 0:
        return 0.0
    wanted = ceil_lots((missing + settings.commission) / per_share, asset.settings.lot_size)
    qty = min(wanted, most, asset.holdings)
    return qty if qty > 0 and brings(settings, qty, asset.bar.close) else 0.0


def sell_for(book: Book, asset: Asset, missing: float, most: float, only: Lot | None = None) -> None:
    """Sell as many lots as bring `missing` after all costs, at most `most`."""
    assert asset.bar is not None
    qty = quantity_for(book, asset, missing, most)
    if qty > 0:
        sell(book, asset, "FUNDING_SELL", qty, asset.bar.close, anchor=None, only=only)


def raise_cash(book: Book, funding: str, amount: float) -> None:
    """Sell until the bank holds `amount`, or nothing is left to sell."""
    sellable = [a for a in book.tradable() if a.holdings > 0]
    if funding == "pro_rata":
        pro_rata(book, sellable, amount - book.bank)
    elif funding == "least_tax":
        least_tax(book, sellable, amount)
    elif funding == "overweight":
        overweight(book, sellable, amount)
    else:
        dear_first = sorted(sellable, key=lambda a: -(a.signal_close - a.nav) / a.nav)
        for asset in dear_first:
            if amount - book.bank > ENOUGH * amount:
                sell_for(book, asset, amount - book.bank, asset.holdings)


def overweight(book: Book, sellable: list[Asset], amount: float) -> None:
    """Sell what lies above the target, the largest excess first; an asset without a target has none to be above."""
    total = book.total_value()
    aimed = [a for a in sellable if a.settings.target is not None]
    excess = {a.order: a.holdings * a.signal_close - (a.settings.target or 0.0) * total for a in aimed}
    for asset in sorted(aimed, key=lambda a: -excess[a.order]):
        if amount - book.bank > ENOUGH * amount:
            most = floor_lots(excess[asset.order] / asset.signal_close, asset.settings.lot_size)
            sell_for(book, asset, amount - book.bank, min(most, asset.holdings))


def pro_rata(book: Book, sellable: list[Asset], missing: float) -> None:
    """Each asset brings its share by value, every share worked out before the first sale.

    While some sale would cost more than it brings, the smallest of those assets (of equals the last) stands back.
    """
    values = {a.order: a.holdings * a.signal_close for a in sellable}
    while True:
        whole = sum(values.values())
        eaten = [
            asset
            for asset in sellable
            if asset.order in values and quantity_for(book, asset, missing * values[asset.order] / whole) <= 0
        ]
        if not eaten:
            break
        del values[min(eaten, key=lambda asset: (values[asset.order], -asset.order)).order]
    for asset in sellable:
        if asset.order in values:
            sell_for(book, asset, missing * values[asset.order] / whole, asset.holdings)


def least_tax(book: Book, sellable: list[Asset], amount: float) -> None:
    """Sell the single lots with the least tax for each unit of cash they bring; the oldest of equals first."""
    taxes = book.settings.taxes or {}
    ranked = []
    for asset in sellable:
        per_share = net_per_share(book.settings, asset.signal_close)
        for lot in asset.lots:
            rate = taxes.get("long_rate" if is_long_term(lot.opened_on, book.today) else "short_rate")
            tax = (1.0 if book.settings.taxes is None else rate or 0.0) * (per_share - lot.unit_cost) / per_share
            ranked.append((tax, lot.opened_on, asset.order, lot.number, asset, lot))
    oldest_first = sorted(ranked, key=lambda entry: entry[1:4])
    for _, _, _, _, asset, lot in smallest_first(oldest_first, key=lambda entry: entry[0], slack=lambda tax: DUST):
        if amount - book.bank > ENOUGH * amount:
            sell_for(book, asset, amount - book.bank, lot.qty, only=lot)
