"""How a rule's guardrails bound in one retirement, read from its months."""

from __future__ import annotations

import math

from sdengine.kernel.tolerance import SLACK
from sdengine.market.calendar import date_of
from sdengine.retirement.door import Life, Prices
from sdengine.retirement.rows import Row
from sdengine.retirement.terms import MONTHS
from sdengine.scenario.withdrawal import Withdrawal

CUT, RAISE, NO_INFLATION, FLOOR, CEILING = "cut", "raise", "no_inflation", "floor", "ceiling"


def has_guardrails(policy: Withdrawal) -> bool:
    """Return whether the policy's amounts can be bound by anything; a constant amount never is."""
    bounded = policy.floor is not None or policy.ceiling is not None
    return policy.rule == "guyton_klinger" or (bounded and policy.rule != "constant")


def changes(policy: Withdrawal, life: Life, prices: Prices) -> list[Row]:
    """Return when which guardrail set the amount: date, change, and the amounts before and after, cash a month.

    Of a bound that goes on binding month after month only the first month is told.
    """
    annual = policy.rule != "percent"
    rows: list[Row] = []
    last: str | None = None
    for m in range(MONTHS, len(life.asked), MONTHS if annual else 1):
        year = m // MONTHS
        rise = prices.levels[year] / prices.levels[year - 1] - 1.0
        change_of = _guyton_klinger if policy.rule == "guyton_klinger" else _bound
        change = change_of(policy, life, m, rise)
        if change is not None and (annual or change != last):
            before, after = float(life.asked[m - 1]), float(life.asked[m])
            rows.append({"date": date_of(int(life.day[m])), "change": change, "before": before, "after": after})
        last = change
    return rows


def _guyton_klinger(policy: Withdrawal, life: Life, m: int, rise: float) -> str | None:
    assert policy.inflation_cap is not None
    assert policy.adjustment is not None
    before, after = float(life.asked[m - 1]), float(life.asked[m])
    grown = before * (1.0 + min(rise, policy.inflation_cap))
    for change, factor in ((CUT, 1.0 - policy.adjustment), (RAISE, 1.0 + policy.adjustment)):
        if policy.adjustment > 0.0 and (_equal(after, grown * factor) or _equal(after, before * factor)):
            return change
    return NO_INFLATION if _equal(after, before) and not _equal(grown, before) else None


def _bound(policy: Withdrawal, life: Life, m: int, rise: float) -> str | None:
    year_ago, after = float(life.asked[m - MONTHS]) * (1.0 + rise), float(life.asked[m])
    if policy.floor is not None and _equal(after, year_ago * (1.0 - policy.floor)):
        return FLOOR
    return CEILING if policy.ceiling is not None and _equal(after, year_ago * (1.0 + policy.ceiling)) else None


def _equal(one: float, other: float) -> bool:
    return other > 0.0 and math.isclose(one, other, rel_tol=SLACK)
