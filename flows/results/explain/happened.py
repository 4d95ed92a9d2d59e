"""What happened, one sentence per recorded row. Pure wording."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.results.explain.figures import change, money, number, percent, price, share, shares
from flows.results.explain.replay import whole_cost

if TYPE_CHECKING:
    from flows.results.explain.facts import Facts, Row

AT_LIMIT = 1e-9
"""Relative distance of a fill price from its limit that is rounding."""


def sentence(facts: Facts, row: Row) -> str:
    """One row of the history: what, why, and what it left."""
    from sdengine.codes import Action, code

    action = row["action"]
    meaning = code(Action, action).meaning
    if row["ticker"] is None:
        return f"{action} {_cash(facts, row)}: {meaning}; bank {_bank(row)}"
    if action == "DIVIDEND":
        return f"DIVIDEND of {price(row['price'])} a share, {change(row['total'])}: {meaning}; bank {_bank(row)}"
    if action == "SKIP_BUY":
        cost = money(whole_cost(facts, row["qty"], row["price"]))
        return (
            f"SKIP_BUY {shares(row['qty'])} at {price(row['price'])}: {meaning}: {cost} against a bank of "
            f"{money(row['bank_before'])}; it buys no more on this day, and the order goes on resting"
        )
    if action == "SKIP_BAND":
        low, high = facts.settings.band
        return (
            f"SKIP_BAND {shares(row['qty'])} at {price(row['price'])}: {meaning} of {share(low)} to {share(high)}; "
            "that side rests for the day"
        )
    costs = f" and {money(row['costs'])} of costs" if row["costs"] else ""
    return (
        f"{action} {shares(row['qty'])} at {price(row['price'])}, {money(row['total'])}{costs}: "
        f"{meaning}{_where(facts, row)}; premium {percent(row['nav_premium'])}, bank {_bank(row)}, "
        f"then {shares(row['holdings_after'])}, anchor {price(row['anchor'])}"
    )


def _bank(row: Row) -> str:
    return f"{money(row['bank_before'])} → {money(row['bank_after'])}"


def _cash(facts: Facts, row: Row) -> str:
    if row["action"] == "WITHDRAWAL":
        paid = money(-row["total"])
        return f"of {paid}" + ("" if paid == money(row["price"]) else f" where {money(row['price'])} were due")
    if row["action"] == "SKIP_WITHDRAWAL":
        policy = facts.scenario.withdrawal
        covered = "" if policy is None else f" (the coverage asked for is {number(policy.coverage_ratio_min)})"
        why = covered if row["bank_before"] > 0.0 else ""
        return f"of {money(row['price'])}{why}"
    return change(row["total"])


def _where(facts: Facts, row: Row) -> str:
    """At its limit, or at the open beyond it: a fill of the algorithm leaves its limit as the anchor."""
    if row["action"] not in ("BUY", "SELL"):
        return ""
    slippage = facts.scenario.portfolio.slippage_bps / 1e4
    asked = row["price"] / (1.0 + slippage if row["action"] == "BUY" else 1.0 - slippage)
    slipped = " before slippage" if slippage else ""
    if abs(asked - row["anchor"]) <= AT_LIMIT * row["anchor"]:
        return f", at its limit{slipped}"
    return f", at the open{slipped}, which lay beyond its limit of {price(row['anchor'])}"


def elsewhere(facts: Facts) -> list[str]:
    """Tell what else moved the shared bank on the day: cash rows in full, other assets by name."""
    lines = [sentence(facts, row) for row in facts.rows if row["ticker"] is None]
    others = [f"{row['ticker']} {row['action']}" for row in facts.rows if row["ticker"] not in (None, facts.ticker)]
    if others:
        lines.append(f"other assets of the same bank, in their order: {', '.join(others)}")
    return lines


def opportunity(facts: Facts) -> str | None:
    """Tell the day's arbitrage opportunity, if the asset is a side of it."""
    row = facts.opportunity
    if row is None:
        return None
    traded = "traded" if row["traded"] else "not traded"
    return (
        f"{row['sell_ticker']} at {percent(row['sell_premium'])} and {row['buy_ticker']} at "
        f"{percent(row['buy_premium'])} from their NAVs lie {percent(row['spread'])} apart; {traded}"
    )
