"""How much is due in a month, by the policy's rule (see `sdengine.withdrawals.spending`).

`constant` and `percent` are set anew each month; the annual rules at the first withdrawal and then every twelve months,
paid in twelve equal parts. Guardrails hold every rule but Guyton-Klinger against the amount of twelve months before,
grown by inflation; the first twelve months are free.
"""

from __future__ import annotations

import math

from sdengine.codes import SpendingRule
from sdengine.kernel.compiled import kernel
from sdengine.kernel.pointers import nth
from sdengine.kernel.records import Record
from sdengine.kernel.room import Desk, no_branch
from sdengine.kernel.tolerance import DUST
from sdengine.withdrawals.spending import constant, guarded, guyton_klinger, percent, vpw

MONTHS = 12


@kernel
def amount_due(desk: Desk, value: float) -> float:
    """Return what month number `due_months` (1 is the month after the start) asks for, all being worth `value`."""
    plan = desk.plan
    before_this = desk.book["due_months"] - 1
    slot = before_this % MONTHS
    if is_annual(desk) and slot != 0:
        amount = nth(desk.amounts, slot - 1)["x"]
    else:
        amount = _set_amount(desk, value, before_this // MONTHS)
        if before_this >= MONTHS:  # a rule without such guardrails has none that bind
            year_ago = nth(desk.amounts, slot)["x"] * (1.0 + plan["inflation"])
            amount = guarded(amount, year_ago, plan["floor"], plan["ceiling"])
    nth(desk.amounts, slot)["x"] = amount
    return amount


@kernel
def is_annual(desk: Desk) -> bool:
    """Return whether the rule sets a year's amount at once, to be paid in twelve parts."""
    rule = desk.plan["rule"]
    if rule == SpendingRule.CONSTANT or rule == SpendingRule.PERCENT:
        return False
    if not (rule == SpendingRule.GUYTON_KLINGER or rule == SpendingRule.VPW or rule == SpendingRule.VANGUARD):
        no_branch(desk)
    return True


@kernel
def _set_amount(desk: Desk, value: float, year: int) -> float:
    """Return the monthly amount as the rule sets it in year `year`, counted from 0, before any guardrail."""
    plan, book = desk.plan, desk.book
    rule = plan["rule"]
    if rule == SpendingRule.CONSTANT:
        if book["due_months"] == 1:
            asked = plan["monthly_amount"]
            book["first_amount"] = percent(plan["initial_rate"], value) / MONTHS if math.isnan(asked) else asked
        return constant(book["first_amount"], plan["inflation"], year)
    if rule == SpendingRule.VPW:
        growth = plan["stock_share"] * plan["stock_return"] + (1.0 - plan["stock_share"]) * plan["bond_return"]
        return vpw(value, plan["years"] - year, growth) / MONTHS
    if rule == SpendingRule.GUYTON_KLINGER:
        return _guyton_klinger(desk, value, year) / MONTHS
    if rule == SpendingRule.PERCENT or rule == SpendingRule.VANGUARD:
        return percent(plan["rate"], value) / MONTHS
    no_branch(desk)
    return 0.0


@kernel
def _guyton_klinger(desk: Desk, value: float, year: int) -> float:
    """Return the year's amount; `year_growth` and `growth_from` follow the return of the year that begins."""
    plan, book = desk.plan, desk.book
    if year == 0:
        amount = percent(plan["initial_rate"], value)
    else:
        lost = growth_until(book, value) < 1.0 - DUST
        amount = guyton_klinger(
            nth(desk.amounts, MONTHS - 1)["x"] * MONTHS,
            value,
            lost,
            plan["years"] - year,
            plan["initial_rate"],
            min(plan["inflation"], plan["inflation_cap"]),
            plan["upper_guardrail"],
            plan["lower_guardrail"],
            plan["adjustment"],
        )
    book["year_growth"] = 1.0
    book["growth_from"] = value
    return amount


@kernel
def growth_until(book: Record, value: float) -> float:
    """Return the growth of one unit since the year's amount was set, time-weighted: a withdrawal is no loss."""
    return book["year_growth"] * value / book["growth_from"] if book["growth_from"] > 0.0 else 0.0
