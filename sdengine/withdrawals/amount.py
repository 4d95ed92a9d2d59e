"""How much is due in a month.

`constant`: the monthly amount, grown by `inflation` every twelve months. `percent`: rate / 12 of the portfolio's value
at that withdrawal. Guardrails hold the amount within ``[1 - floor, 1 + ceiling]`` of the amount due twelve months
before; the first twelve months are free.
"""

from __future__ import annotations

import math

from sdengine.codes import Rule
from sdengine.compiled import kernel
from sdengine.pointers import nth
from sdengine.records import Desk


@kernel
def amount_due(desk: Desk, value: float) -> float:
    """The amount of month number `due_months` (1 is the month after the start), the portfolio being worth `value`."""
    plan, book = desk.plan, desk.book
    month = book["due_months"]
    if plan["rule"] == Rule.CONSTANT:
        if month == 1 and math.isnan(plan["monthly_amount"]):
            book["first_amount"] = plan["initial_rate"] * value / 12.0
        first = book["first_amount"] if math.isnan(plan["monthly_amount"]) else plan["monthly_amount"]
        amount = first * (1.0 + plan["inflation"]) ** ((month - 1) // 12)
    else:
        amount = plan["rate"] / 12.0 * max(value, 0.0)
    slot = (month - 1) % 12
    if month > 12:
        before = nth(desk.amounts, slot)["x"]
        if not math.isnan(plan["floor"]):
            amount = max(amount, before * (1.0 - plan["floor"]))
        if not math.isnan(plan["ceiling"]):
            amount = min(amount, before * (1.0 + plan["ceiling"]))
    nth(desk.amounts, slot)["x"] = amount
    return amount
