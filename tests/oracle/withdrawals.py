"""The month's withdrawal (engine.md section 5)."""

from __future__ import annotations

from datetime import date

from tests.oracle.funding import raise_cash
from tests.oracle.state import Book


def months_between(first: date, last: date) -> int:
    """Calendar months from one date's month to another's."""
    return (last.year - first.year) * 12 + last.month - first.month


def amount_of_month(book: Book, k: int) -> float:
    """What month k (from 1) asks for: a sum that grows every twelve months, or a share of today's value; guarded.

    The guardrails hold it within ``floor`` below and ``ceiling`` above the amount due twelve months earlier, grown by
    ``inflation``: they bound the real move of a year.
    """
    policy = book.settings.withdrawal or {}
    if policy.get("rate") is not None:
        amount = max(policy["rate"] / 12 * book.total_value(), 0.0)
    else:
        amount = policy["monthly_amount"] * (1 + (policy.get("inflation") or 0.0)) ** ((k - 1) // 12)
    if k > 12:
        year_ago = book.due[k - 13] * (1 + (policy.get("inflation") or 0.0))
        if policy.get("floor") is not None:
            amount = max(amount, year_ago * (1 - policy["floor"]))
        if policy.get("ceiling") is not None:
            amount = min(amount, year_ago * (1 + policy["ceiling"]))
    return float(amount)


def withdraw(book: Book) -> None:
    """On the first portfolio day of each calendar month after the start month.

    A month without any portfolio day is due all the same (at the next withdrawal's value, where a rate is asked for),
    but is not paid later.
    """
    policy = book.settings.withdrawal
    if policy is None or book.first_day is None or not book.new_month():
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
