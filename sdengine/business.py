"""The day of the month's business, on which withdrawals are paid and the calendar rebalances.

`sdengine/RULES.md`, "The day of the month's business".
"""

from __future__ import annotations

import math

from sdengine.codes import Period
from sdengine.kernel.compiled import inlined, kernel
from sdengine.kernel.room import Desk, asset_of, bar_of, no_branch, rule_of

LATEST = 8
"""From this day of the month on nobody is waited for."""
GONE = 10
"""Calendar days without a bar after which an asset counts as gone and is not waited for."""


@inlined
def look_for_business(desk: Desk) -> None:
    """Note whether today is the day for the month's withdrawal, and for the period's rebalancing."""
    book, month = desk.book, desk.day["month"]
    late = desk.day["ymd"] % 100 >= LATEST
    waits = desk.plan["withdraws"] == 1 and month - book["start_month"] > book["due_months"]
    book["withdrawal_due"] = 1 if waits and (late or everybody_is_there(desk, False)) else 0
    months = months_of(desk)
    if months == 0:
        return
    served = max(book["served_month"], book["start_month"])
    waits = month // months != served // months
    book["rebalancing_due"] = 1 if waits and (late or everybody_is_there(desk, True)) else 0
    if book["rebalancing_due"] == 1:
        book["served_month"] = month


@kernel
def everybody_is_there(desk: Desk, targets: bool) -> bool:
    """Return whether every asset that is held at the open (or that has a target) has a bar today or is gone."""
    for a in range(desk.book["assets"]):
        asset = asset_of(desk, a)
        concerned = not math.isnan(rule_of(desk, a)["target"]) if targets else asset["holdings"] > 0.0
        if asset["entered"] == 0 or not concerned or not math.isnan(bar_of(desk, a)["low"]):
            continue
        if desk.day["ordinal"] - max(asset["last_bar"], desk.book["full_day"]) <= GONE:
            return False
    return True


@inlined
def months_of(desk: Desk) -> int:
    """Return how many months the calendar's period has; 0 without a calendar."""
    calendar = desk.plan["calendar"]
    if calendar == Period.NONE:
        return 0
    if calendar == Period.MONTH:
        return 1
    if calendar == Period.QUARTER:
        return 3
    if calendar != Period.YEAR:
        no_branch(desk)
    return 12


@inlined
def remember_bars(desk: Desk) -> None:
    """Remember that the last bar of each asset that has one is of today; on most days all have."""
    if desk.day["absent"] == 0:
        desk.book["full_day"] = desk.day["ordinal"]
        return
    for a in range(desk.book["assets"]):
        if not math.isnan(bar_of(desk, a)["low"]):
            asset_of(desk, a)["last_bar"] = desk.day["ordinal"]
