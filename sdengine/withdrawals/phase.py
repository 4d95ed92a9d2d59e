"""Phase 4 of a day: the month's withdrawal (`sdengine/RULES.md`, "Withdrawals").

    coverage = synthetic dividends so far / sum of the monthly amounts due so far
    withdraw min(amount, bank) if coverage >= coverage_ratio_min and bank > 0, else nothing

Months without any day are due all the same, but only one withdrawal is made. What was not paid is not made up for.
"""

from __future__ import annotations

from sdengine.books.trades import pay, record_cash
from sdengine.books.valuation import portfolio_value
from sdengine.codes import Action
from sdengine.kernel.compiled import kernel
from sdengine.kernel.room import Desk
from sdengine.withdrawals.amount import amount_due, growth_until
from sdengine.withdrawals.funding import raise_cash


@kernel
def withdraw(desk: Desk) -> None:
    """Pay the month's amount where coverage and the bank allow it, else record SKIP_WITHDRAWAL with the amount."""
    book = desk.book
    value = portfolio_value(desk)
    months = desk.day["month"] - book["start_month"]
    while book["due_months"] < months:
        book["due_months"] += 1
        book["due_amount"] = amount_due(desk, value)
        book["due_so_far"] += book["due_amount"]
    amount = book["due_amount"]
    if not covered(desk):
        record_cash(desk, Action.SKIP_WITHDRAWAL, amount, 0.0)
        return
    if book["bank"] < amount:
        raise_cash(desk, amount)
    paid = min(amount, book["bank"])
    if paid <= 0.0:
        record_cash(desk, Action.SKIP_WITHDRAWAL, amount, 0.0)
        return
    pay(book, paid)
    book["withdrawals"] += paid
    book["withdrawn_today"] += paid
    record_cash(desk, Action.WITHDRAWAL, amount, -paid)
    after = portfolio_value(desk)
    book["year_growth"] = growth_until(book, after + paid)
    book["growth_from"] = after


@kernel
def covered(desk: Desk) -> bool:
    """Return whether synthetic dividends so far / amounts due so far reach `coverage_ratio_min`."""
    book = desk.book
    return book["synthetic_dividends"] >= desk.plan["coverage_ratio_min"] * book["due_so_far"]
