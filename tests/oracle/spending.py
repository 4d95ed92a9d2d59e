"""How much a month asks for, rule by rule, from the words of the scenario's `[withdrawal]` table alone."""

from __future__ import annotations

from typing import Any

from tests.oracle.state import DUST, Book

GUYTON_KLINGER = {
    "upper_guardrail": 0.2,
    "lower_guardrail": 0.2,
    "adjustment": 0.1,
    "inflation_cap": 0.06,
    "years": 30,
}
VPW = {"stock_share": 0.6, "stock_return": 0.05, "bond_return": 0.019}
VANGUARD = {"floor": 0.025, "ceiling": 0.05}


def amount_of_month(book: Book, k: int) -> float:
    """Return what month k (from 1) asks for; the annual rules set a year's amount in months 1, 13, 25, ... in twelfths.

    The guardrails hold it within `floor` below and `ceiling` above the amount due twelve months earlier, grown by
    `inflation`: they bound the real move of a year. Guyton and Klinger have guardrails of their own.
    """
    policy = book.settings.withdrawal or {}
    rule = policy.get("rule") or ("percent" if policy.get("rate") is not None else "constant")
    if rule in ("guyton_klinger", "vpw", "vanguard") and k % 12 != 1:
        return book.due[-1]
    amount = RULES[rule](book, policy, k)
    if k <= 12 or rule == "guyton_klinger":
        return float(amount)
    bounds = VANGUARD | policy if rule == "vanguard" else policy
    year_ago = book.due[k - 13] * (1 + inflation_of(policy))
    if bounds.get("floor") is not None:
        amount = max(amount, year_ago * (1 - bounds["floor"]))
    if bounds.get("ceiling") is not None:
        amount = min(amount, year_ago * (1 + bounds["ceiling"]))
    return float(amount)


def inflation_of(policy: dict[str, Any]) -> float:
    return policy.get("inflation") or 0.0


def constant(book: Book, policy: dict[str, Any], k: int) -> float:
    """Return a sum, or a share of the first withdrawal's value, that grows every twelve months."""
    if k == 1:
        share = policy.get("initial_rate")
        book.memory["first"] = policy["monthly_amount"] if share is None else share * max(book.total_value(), 0) / 12
    return book.memory["first"] * (1 + inflation_of(policy)) ** ((k - 1) // 12)


def percent(book: Book, policy: dict[str, Any], k: int) -> float:
    """Return a share of today's value."""
    return max(policy["rate"] * book.total_value(), 0.0) / 12


def vpw(book: Book, policy: dict[str, Any], k: int) -> float:
    """Return the first of the payments, one a year from now on, that use the capital up at the assumed return."""
    table = VPW | policy
    growth = table["stock_share"] * table["stock_return"] + (1 - table["stock_share"]) * table["bond_return"]
    payments = max(table["years"] - (k - 1) // 12, 1)
    worth_of_one_a_year = sum((1 + growth) ** -year for year in range(payments))
    return max(book.total_value(), 0.0) / worth_of_one_a_year / 12


def growth_since(book: Book, day: int, value: float) -> float:
    """Time-weighted growth of one unit since that day's withdrawal was reckoned, when the portfolio was worth `value`.

    Each day's growth is what is there at its close and what was taken out on it, over what was there before.
    """
    growth, before = 1.0, value
    for row in book.days[day:]:
        if before <= 0:
            return 0.0
        growth *= (row["total_value"] + row["withdrawn"]) / before
        before = row["total_value"]
    return growth * book.total_value() / before if before > 0 else 0.0


def guyton_klinger(book: Book, policy: dict[str, Any], k: int) -> float:
    """Last year's amount, moved by the rules of withdrawal, capital preservation and prosperity."""
    table = GUYTON_KLINGER | policy
    value, rate = book.total_value(), table["initial_rate"]
    if k == 1:
        year = rate * max(value, 0.0)
    elif value <= 0:
        year = 0.0
    else:
        last = book.due[-1] * 12
        year = last * (1 + min(inflation_of(policy), table["inflation_cap"]))
        a_loss = growth_since(book, int(book.memory["days"]), book.memory["value"]) < 1 - DUST
        if a_loss and year / value > rate:
            year = last
        if year / value > rate * (1 + table["upper_guardrail"]):
            if table["years"] - (k - 1) // 12 > 15:
                year *= 1 - table["adjustment"]
        elif year / value < rate * (1 - table["lower_guardrail"]):
            year *= 1 + table["adjustment"]
    book.memory |= {"value": value, "days": len(book.days)}
    return year / 12


RULES = {
    "constant": constant,
    "percent": percent,
    "vpw": vpw,
    "guyton_klinger": guyton_klinger,
    "vanguard": percent,
}
