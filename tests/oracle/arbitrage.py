"""Sell the dear, buy the cheap, when their NAV premiums stand far apart (`sdengine/RULES.md`, "Arbitrage")."""

from __future__ import annotations

from tests.oracle.costs import affordable, buy_price, commissions, floor_lots, sell_price
from tests.oracle.state import Asset, Book
from tests.oracle.trades import buy, sell


def waits(book: Book, asset: Asset) -> bool:
    """Still within the cooldown of its last arbitrage trade?"""
    cooldown = book.settings.arbitrage.get("cooldown_days") or 0
    return asset.last_arbitrage is not None and (book.today - asset.last_arbitrage).days <= cooldown


def arbitrage(book: Book) -> None:
    """At the close, among assets with a bar and holdings; equal premiums: the one added first.

    Opportunities are recorded in every scenario; without a `fraction` none is traded.

    The sell's net proceeds pay for the buy, whatever the bank holds. Where either side rounds to nothing, neither is
    done: the opportunity is on record, untraded.
    """
    threshold = book.settings.arbitrage.get("threshold")
    threshold = 0.15 if threshold is None else threshold
    premiums = {a.order: (a.signal_close - a.nav) / a.nav for a in book.tradable() if a.holdings > 0}
    if len(premiums) < 2:
        return
    dear = book.assets[max(premiums, key=lambda i: (premiums[i], -i))]
    cheap = book.assets[min(premiums, key=lambda i: (premiums[i], i))]
    spread = premiums[dear.order] - premiums[cheap.order]
    if spread <= threshold:
        return
    traded = not waits(book, dear) and not waits(book, cheap) and trade_pair(book, dear, cheap)
    book.opportunities.append(
        {
            "date": book.today,
            "sell_ticker": dear.ticker,
            "buy_ticker": cheap.ticker,
            "sell_premium": premiums[dear.order],
            "buy_premium": premiums[cheap.order],
            "spread": spread,
            "traded": traded,
        }
    )


def trade_pair(book: Book, dear: Asset, cheap: Asset) -> bool:
    """`fraction` of the dear asset into the cheap one; True when both sides were done."""
    settings = book.settings
    fraction = settings.arbitrage.get("fraction") or 0.0
    assert dear.bar is not None
    assert cheap.bar is not None
    sell_qty = min(floor_lots(fraction * dear.holdings, dear.settings.lot_size), dear.holdings)
    price = sell_price(settings, dear.bar.close)
    proceeds = sell_qty * price - commissions(settings, sell_qty, price)
    buy_qty = affordable(settings, proceeds, buy_price(settings, cheap.bar.close), cheap.settings.lot_size)
    if sell_qty <= 0 or buy_qty <= 0:
        return False
    sell(book, dear, "ARBITRAGE_SELL", sell_qty, dear.bar.close, anchor=None)
    buy(book, cheap, "ARBITRAGE_BUY", buy_qty, cheap.bar.close, anchor=None)
    dear.last_arbitrage = cheap.last_arbitrage = book.today
    return True
