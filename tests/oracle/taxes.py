"""Taxes on a calendar year's net gains (`sdengine/RULES.md`, "Taxes")."""

from __future__ import annotations

from tests.oracle.state import Book


def close_the_year(book: Book) -> None:
    """Net the year's gains with the carried losses, let the two classes offset each other, tax what is left over."""
    taxes = book.settings.taxes or {}
    short = book.gains["short"] + book.carried["short"]
    long = book.gains["long"] + book.carried["long"]
    one_gains_one_loses = short < 0 < long or long < 0 < short
    if one_gains_one_loses:
        rest = short + long
        gain_is_short = short > 0
        rest_is_short = gain_is_short if rest >= 0 else not gain_is_short
        short, long = (rest, 0.0) if rest_is_short else (0.0, rest)
    book.tax_due += max(short, 0) * (taxes.get("short_rate") or 0.0) + max(long, 0) * (taxes.get("long_rate") or 0.0)
    book.carried = {"short": min(short, 0), "long": min(long, 0)}
    book.gains = {"short": 0.0, "long": 0.0}


def settle_taxes(book: Book) -> None:
    """On the first day of a year the last year is closed; what is due is paid as soon as the bank has it."""
    if book.settings.taxes is None or book.last_day is None:
        return
    if book.today.year != book.last_day.year:
        close_the_year(book)
    payment = book.tax_due if book.settings.allow_margin else min(book.tax_due, max(book.bank, 0.0))
    if payment > 0:
        book.pay(payment)
        book.tax_due -= payment
        book.record(None, "TAX", 0.0, 0.0, -payment)
