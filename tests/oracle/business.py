"""The day of the month's business (`sdengine/RULES.md`, "The day of the month's business")."""

from __future__ import annotations

from datetime import date

from tests.oracle.state import Asset, Book

MONTHS = {"month": 1, "quarter": 3, "year": 12}


def period(day: date, months: int) -> int:
    """Return the number of a month, quarter or year."""
    return (day.year * 12 + day.month - 1) // months


def comes_today(book: Book, awaited: list[Asset]) -> bool:
    """Nobody is waited for from the 8th on, nor an asset without a bar for more than ten days."""
    return book.today.day >= 8 or all(
        asset.bar is not None or (asset.last_bar_on is not None and (book.today - asset.last_bar_on).days > 10)
        for asset in awaited
    )


def look_for_business(book: Book) -> None:
    """At the open: is today the day of this month's withdrawal, of this period's rebalancing?"""
    assert book.first_day is not None
    entered = [asset for asset in book.assets if asset.entered_on is not None]
    behind = period(book.today, 1) - period(book.first_day, 1) > len(book.due)
    held = [asset for asset in entered if asset.holdings > 0]
    book.withdrawal_due = book.settings.withdrawal is not None and behind and comes_today(book, held)
    calendar = book.settings.rebalancing.get("calendar") if book.settings.mode == "rebalancing" else None
    book.rebalancing_due = False
    if calendar is not None:
        served = book.served or book.first_day
        aimed = [asset for asset in entered if asset.settings.target is not None]
        new = period(book.today, MONTHS[calendar]) != period(served, MONTHS[calendar])
        book.rebalancing_due = new and comes_today(book, aimed)
        if book.rebalancing_due:
            book.served = book.today
