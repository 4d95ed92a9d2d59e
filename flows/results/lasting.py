"""The words in which is told whether an income would have lasted, in the terminal and on the page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from schemas.shown import of_all

if TYPE_CHECKING:
    from sdengine.scenario import Retire

WHO = {"scenario": "this portfolio", "buy_and_hold": "buy and hold", "benchmark": "benchmark"}
ON = {"windows": "the past", "drawn": "drawn"}
CASES = {"windows": ("window of the past", "windows of the past"), "drawn": ("drawn future", "drawn futures")}
DRAWN = (
    "A drawn future is the past's own days in another order: whole weeks of all assets together, in blocks of {weeks:g}"
    " weeks on average. What the past has not had, no future drawn from it has."
)
REPEATS = "Each week of these {span:.1f} years appears about {times:.1f} times in {years} years."
NO_FORECAST = "Success tells how often such pasts would have paid; it is no forecast."
NEVER_FAILS = "A rule that takes a share of what is there never fails: look at what was missing to the floor."


def income(row: Mapping[str, Any], terms: Retire) -> str:
    """Say what a plan takes out."""
    if row["rate"] is not None:
        return f"{percent(row['rate'])} of the initial cash a year"
    return f"{terms.amount:,.0f} a month" if terms.amount is not None else f"by its own rule, {row['rule']}"


def success(row: Mapping[str, Any]) -> str:
    """Say how often all was paid, and how far that can be trusted: a row of `retire.plans` as a sentence."""
    if row["success"] is None:
        return f"On {CASES[row['basis']][1]} nothing can be said: {row['reason'] or 'there are none'}."
    sentence = _paid(row["success"], row["cases"], *CASES[row["basis"]])
    if row["mc_error"] is not None:
        sentence += f" (drawing others moves it by {100.0 * row['mc_error']:.1f} points)"
    if row["success_low"] is None:
        return f"{sentence}; but this history holds less than one such retirement, {row['independent']:.1f}."
    low, high = (percent(row[name], 0) for name in ("success_low", "success_high"))
    pasts = f"{row['independent']:.1f} independent {row['years']}-year pasts"
    return f"{sentence}; this history holds {pasts}: it could be {low} to {high}."


def _paid(success: float, cases: int, one: str, several: str) -> str:
    if success in (0.0, 1.0):
        some = of_all(round(success) * cases, cases, one, several)
        return f"In {some} {'every amount was paid' if success else 'was every amount paid'}"
    share = min(max(success, 0.001), 0.999)  # some failed, and some did not
    about = "" if share == success else "less than " if share > success else "more than "
    return f"In {about}{percent(share)} of {cases:,} {several} every amount was paid"


def answers(rows: Iterable[Mapping[str, Any]]) -> list[str]:
    """Say of each row of `retire.plans` how often all was paid, and what could have been asked for instead."""
    return [sentence for row in rows for sentence in (success(row), *safe(row))]


def safe(row: Mapping[str, Any]) -> list[str]:
    """Say what could have been asked for instead: the safe rates of a row of `retire.plans`, if there are any."""
    if row["swr_0"] is None:
        return []
    some = of_all(row["cases"], row["cases"], *CASES[row["basis"]])
    most = f"The most that would have been paid in {some} is {percent(row['swr_0'])} of the initial cash a year"
    return [f"{most}; in 95 % of them, {percent(row['swr_5'])}." if row["cases"] > 1 else f"{most}."]


def remarks(rows: Sequence[Mapping[str, Any]], terms: Retire) -> list[str]:
    """Say what the figures are and are not."""
    from sdengine.retirement.policy import NEVER_FAIL

    drawn = [row for row in rows if row["basis"] == "drawn" and row["cases"]]
    sentences = [DRAWN.format(weeks=terms.block_weeks)] if drawn else []
    for row in drawn[:1]:
        if row["years"] > row["span_years"]:
            times = row["years"] / row["span_years"]
            sentences.append(REPEATS.format(span=row["span_years"], times=times, years=row["years"]))
    if drawn and terms.expected_return is not None:
        sentences.append(f"Each asset is made to grow by {percent(terms.expected_return)} a year on average.")
    elif drawn and terms.expected == "none":
        sentences.append("Each asset is made to grow by nothing on average.")
    if any(row["rule"] in NEVER_FAIL for row in rows):
        sentences.append(NEVER_FAILS)
    if any(row["monotone"] is False for row in rows):
        sentences.append(
            "In some case a higher rate held again where a lower one had not: safe rates lie below all of these."
        )
    reasons = {row["reason"] for row in rows if row["success"] is None and row["who"] == "scenario"}
    for row in rows:  # what to know of some of them, or why they have no figures
        if row["reason"] and row["reason"] not in reasons:
            reasons.add(row["reason"])
            line = f"{WHO[row['who']]}: {row['reason'].rstrip('.')}."
            sentences.append(f"{line[0].upper()}{line[1:]}")
    return [*sentences, NO_FORECAST]


def percent(fraction: float, digits: int = 1) -> str:
    """Write a fraction as percent, without a decimal that is 0."""
    text = f"{100.0 * fraction:.{digits}f}"
    return f"{text.removesuffix('.0')} %"
