"""The month's withdrawal (`sdengine/RULES.md`, "Withdrawals")."""

from __future__ import annotations

from datetime import date

from tests.oracle.funding import raise_cash
from tests.oracle.spending import amount_of_month
from tests.oracle.state import Book


def months_between(first: date, last: date) -> int:
    """Calendar months from one date's month to another's."""
    return (last.year - first.year) * 12 + last.month - first.month


def withdraw(book: Book) -> None:
    """On the day of business of each calendar month after the start month.

    A month whose day has not come is due all the same (at the next withdrawal's value, where a rate is asked for),
    but is not paid later.
    """
    policy = book.settings.withdrawal
    if policy is None or book.first_day is None or not book.withdrawal_due:
        return
    for k in range(len(book.due) + 1, months_between(book.first_day, book.today) + 1):
        book.due.append(amount_of_month(book, k))
    amount = book.due[-1]
    due = sum(book.due)
    minimum = policy.get("coverage_ratio_min")
    coverage = book.synthetic_dividends / due if due > 0 else float("inf")
    covered = coverage >= (1.0 if minimum is None else minimum)
    funding = policy.get("funding") or "bank"
    if covered and funding != "bank" and book.bank < amount:
        raise_cash(book, funding, amount)
    paid = min(amount, book.bank) if covered and book.bank > 0 else 0.0
    if paid <= 0:
        book.record(None, "SKIP_WITHDRAWAL", 0.0, amount, 0.0)
        return
    book.pay(paid)
    book.withdrawn_today = paid
    book.record(None, "WITHDRAWAL", 0.0, amount, -paid)
