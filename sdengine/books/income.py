"""Phase 1 of a day: what comes in (`sdengine/RULES.md`, "Interest and dividends")."""

from __future__ import annotations

from sdengine.books.trades import record, record_cash
from sdengine.codes import Action
from sdengine.kernel.compiled import inlined, kernel
from sdengine.kernel.room import Desk, asset_of, bar_of


@inlined
def earn_interest(desk: Desk) -> None:
    """Earn interest for the calendar days since the last day: bank * ((1 + rate) ** (days / 365) - 1).

    The rate is `cash_rate` for a positive bank and `margin_rate` for a negative one. No row where it is 0.
    """
    book = desk.book
    rate = desk.plan["cash_rate"] if book["bank"] > 0.0 else desk.plan["margin_rate"]
    if rate == 0.0 or book["bank"] == 0.0 or book["days"] == 0:
        return
    interest = book["bank"] * ((1.0 + rate) ** ((desk.day["ordinal"] - book["last_ordinal"]) / 365.0) - 1.0)
    if interest != 0.0:
        book["bank"] += interest
        record_cash(desk, Action.INTEREST, 0.0, interest)


@kernel
def collect_dividends(desk: Desk) -> None:
    """Collect the cash dividends of the day: holdings at its start * dividend per share, in the order of adding."""
    book = desk.book
    for a in range(desk.book["assets"]):
        per_share = bar_of(desk, a)["dividend"]
        cash = asset_of(desk, a)["holdings"] * per_share
        if cash != 0.0:
            book["bank"] += cash
            record(desk, a, Action.DIVIDEND, 0.0, per_share, cash, 0.0)
