"""One day, one line per phase (`sdengine/RULES.md`, "The portfolio, one day")."""

from __future__ import annotations

from datetime import date

from tests.oracle.arbitrage import arbitrage
from tests.oracle.bands import hold_bands
from tests.oracle.business import look_for_business
from tests.oracle.dynamic import adapt_sd_n, remember_gaps
from tests.oracle.entry import enter_new_assets
from tests.oracle.income import credit_dividends, credit_interest
from tests.oracle.rebalancing import rebalance
from tests.oracle.rounds import play_rounds
from tests.oracle.state import Bar, Book
from tests.oracle.taxes import settle_taxes
from tests.oracle.withdrawals import withdraw


def play_day(book: Book, today: date, bars: dict[str, Bar]) -> None:
    """Everything that happens on `today`; `bars` holds the tickers that have a bar."""
    open_day(book, today, bars)
    look_for_business(book)
    credit_interest(book)
    credit_dividends(book)
    settle_taxes(book)
    adapt_sd_n(book)
    play_rounds(book)
    enter_new_assets(book)
    if book.settings.mode == "rebalancing":
        rebalance(book)
    if book.settings.mode == "hybrid":
        hold_bands(book)
    arbitrage(book)
    withdraw(book)
    remember_gaps(book)
    raise_navs(book)
    close_day(book)


def open_day(book: Book, today: date, bars: dict[str, Bar]) -> None:
    """Every asset meets its bar, every order may fill again."""
    book.today = today
    book.first_day = book.first_day or today
    book.withdrawn_today = 0.0
    for asset in book.assets:
        asset.bar = bars.get(asset.ticker)
        asset.buys_rest = asset.sells_rest = False


def raise_navs(book: Book) -> None:
    """NAV is a ratchet over the highs; the high of the entry bar came before the entry and does not count."""
    for asset in book.tradable():
        assert asset.bar is not None
        asset.nav = max(asset.nav, asset.bar.high)


def close_day(book: Book) -> None:
    """Write the snapshot, and what tomorrow needs to know of today."""
    for asset in book.assets:
        asset.last_close = asset.signal_close
        asset.last_bar_on = book.today if asset.bar is not None else asset.last_bar_on
    book.days.append(
        {
            "date": book.today,
            "total_value": book.total_value(),
            "bank": book.bank,
            "nav_value": sum(a.holdings * a.nav for a in book.assets),
            "withdrawn": book.withdrawn_today,
        }
    )
    book.last_day = book.today
