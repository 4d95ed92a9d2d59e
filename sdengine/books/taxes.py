"""Tax on realised gains, settled by calendar year (`sdengine/RULES.md`, "Taxes").

Short-term gains (lots held under one year) and long-term gains are netted each with the loss carried forward in its own
class; where one class then is negative and the other positive they offset; what is left positive is taxed at the rate
of its class, what is left negative is carried. Due on the first day of the next year; what the bank lacks stays due and
is paid as soon as there is cash (at once, where margin is allowed).

Source: the netting order of U.S. Schedule D, without its yearly allowance against other income.
"""

from __future__ import annotations

from sdengine.books.trades import pay, record_cash
from sdengine.codes import Action
from sdengine.kernel.compiled import inlined, kernel
from sdengine.kernel.records import Record
from sdengine.kernel.room import Desk


@kernel
def assess_year(book: Record, short_rate: float, long_rate: float) -> None:
    """Close the tax year: add its tax to what is due, carry its losses, start the next year at 0."""
    short = book["gain_short"] + book["carried_short"]
    long = book["gain_long"] + book["carried_long"]
    if short < 0.0 < long:
        offset = min(-short, long)
        short += offset
        long -= offset
    elif long < 0.0 < short:
        offset = min(-long, short)
        long += offset
        short -= offset
    book["tax_due"] += max(short, 0.0) * short_rate + max(long, 0.0) * long_rate
    book["carried_short"] = min(short, 0.0)
    book["carried_long"] = min(long, 0.0)
    book["gain_short"] = 0.0
    book["gain_long"] = 0.0


@inlined
def pay_taxes(desk: Desk) -> None:
    """Assess the last year on the first day of a year; on any day pay what is due as far as the bank reaches."""
    book = desk.book
    if book["month_begins"] == 1 and desk.day["month"] // 12 != book["last_month"] // 12:
        assess_year(book, desk.plan["short_rate"], desk.plan["long_rate"])
    if book["tax_due"] <= 0.0:
        return
    paid = book["tax_due"]
    if desk.plan["allow_margin"] == 0:
        paid = min(paid, max(book["bank"], 0.0))
    if paid > 0.0:
        pay(book, paid)
        book["tax_due"] -= paid
        record_cash(desk, Action.TAX, 0.0, -paid)
