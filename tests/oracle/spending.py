"""How much a month asks for, rule by rule, from the words of the scenario's `[withdrawal]` table alone."""

from __future__ import annotations

from typing import Any

from tests.oracle.state import Book

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
    """What month k (from 1) asks for; the annual rules set a year's amount in months 1, 13, 25, ... in twelfths.

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
    """A sum, or a share of the first withdrawal's value, that grows every twelve months."""
    if k == 1:
        share = policy.get("initial_rate")
        book.memory["first"] = policy["monthly_amount"] if share is None else share * max(book.total_value(), 0) / 12
    return book.memory["first"] * (1 + inflation_of(policy)) ** ((k - 1) // 12)


def percent(book: Book, policy: dict[str, Any], k: int) -> float:
    """A share of today's value."""
    return max(policy["rate"] * book.total_value(), 0.0) / 12


def vpw(book: Book, policy: dict[str, Any], k: int) -> float:
    """The first of the payments, one a year from now on, that use the capital up at the assumed return."""
    table = VPW | policy
    growth = table["stock_share"] * table["stock_return"] + (1 - table["stock_share"]) * table["bond_return"]
    payments = max(table["years"] - (k - 1) // 12, 1)
    worth_of_one_a_year = sum((1 + growth) ** -year for year in range(payments))
    return max(book.total_value(), 0.0) / worth_of_one_a_year / 12


def guyton_klinger(book: Book, policy: dict[str, Any], k: int) -> float:
    """Last year's amount, moved by the rules of withdrawal, capital preservation and prosperity."""
    table = GUYTON_KLINGER | policy
    value, rate = book.total_value(), table["initial_rate"]
    taken = sum(-row["total"] for row in book.fills if row["action"] == "WITHDRAWAL")
    if k == 1:
        year = rate * max(value, 0.0)
    elif value <= 0:
        year = 0.0
    else:
        last = book.due[-1] * 12
        year = last * (1 + min(inflation_of(policy), table["inflation_cap"]))
        a_loss = value + taken - book.memory["taken"] < book.memory["value"]
        if a_loss and year / value > rate:
            year = last
        if year / value > rate * (1 + table["upper_guardrail"]):
            if table["years"] - (k - 1) // 12 > 15:
                year *= 1 - table["adjustment"]
        elif year / value < rate * (1 - table["lower_guardrail"]):
            year *= 1 + table["adjustment"]
    book.memory |= {"value": value, "taken": taken}
    return year / 12


RULES = {
    "constant": constant,
    "percent": percent,
    "vpw": vpw,
    "guyton_klinger": guyton_klinger,
    "vanguard": percent,
}
