"""What comes in before the bar trades: interest and dividends (`sdengine/RULES.md`, "Interest and dividends")."""

from __future__ import annotations

from tests.oracle.state import Book


def credit_interest(book: Book) -> None:
    """Interest on the bank for the calendar days since the last portfolio day."""
    if book.last_day is None:
        return
    days = (book.today - book.last_day).days
    rate = book.settings.cash_rate if book.bank > 0 else book.settings.margin_rate
    interest = book.bank * ((1 + rate) ** (days / 365) - 1)
    if interest != 0:
        book.bank += interest
        book.record(None, "INTEREST", 0.0, 0.0, interest)


def credit_dividends(book: Book) -> None:
    """Cash per share on the ex-date, for what was held at the start of the day."""
    for asset in book.assets:
        if asset.bar is None or asset.holdings <= 0 or asset.bar.dividend == 0:
            continue
        cash = asset.holdings * asset.bar.dividend
        book.bank += cash
        book.record(asset, "DIVIDEND", 0.0, asset.bar.dividend, cash)
