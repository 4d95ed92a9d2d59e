"""Figures as the page says them, and the words that a newcomer may not know."""

from __future__ import annotations

from datetime import date, datetime

from flows.called import spelled
from schemas import shown

NOTHING = "\N{EN DASH}"
"""Stands where there is no figure."""


def whole(value: float | None) -> str:
    """Money without cents: `1,234,567`; a dash for nothing."""
    return NOTHING if value is None else shown.whole(value)


def money(value: float) -> str:
    """Write an amount within a sentence: as `whole` does, but nothing as a word."""
    return "nothing" if abs(value) < 0.5 else whole(value)


def capital(text: str) -> str:
    """Begin a sentence with a capital letter."""
    return f"{text[:1].upper()}{text[1:]}"


def percent(fraction: float | None, digits: int = 1) -> str:
    """Write a fraction as `12.3 %`; a dash for nothing."""
    return NOTHING if fraction is None else f"{100.0 * fraction:,.{digits}f} %"


def signed(fraction: float | None, digits: int = 1) -> str:
    """Write a fraction as `+12.3 %`; a dash for nothing."""
    return NOTHING if fraction is None else f"{_signed(100.0 * fraction, digits)} %"


def points(fraction: float | None) -> str:
    """Write a difference of two growths as `+1.2 points`; a dash for nothing."""
    return NOTHING if fraction is None else f"{_signed(100.0 * fraction, 1)} points"


def _signed(value: float, digits: int) -> str:
    """Write a sign before what is not nothing as it is shown."""
    text = f"{value:+,.{digits}f}"
    return text if text.strip("+-0.,") else text[1:]


def day(value: date | None) -> str:
    """Write a date; a dash for none."""
    return NOTHING if value is None else value.isoformat()


def instant(day: date) -> str:
    """Write a day, or an instant of UTC, as a script reads it."""
    return f"{day:%Y-%m-%dT%H:%MZ}" if isinstance(day, datetime) else day.isoformat()


def minute(day: date) -> str:
    """Write a day, or an instant of UTC, as people read it."""
    return f"{day:%Y-%m-%d %H:%M} UTC" if isinstance(day, datetime) else day.isoformat()


def asked_of(ticker: str) -> str:
    """Give the command that tells all that is stored of a ticker."""
    return f"`{spelled('data', more=[f'--ticker={ticker}'])}`"


NEAR = 0.02
"""Orders that are no further from the last close are counted on the front page."""
GLOSSARY = {
    "synthetic dividend": "What the ladder sells on the way up, paid out as if it were a dividend.",
    "bracket": "The step from one order to the next: sd_n brackets double a price.",
    "ladder": "The two orders that always rest for an asset: a buy below, a sell above.",
    "NAV": "Here an asset's all-time high, and not what a fund calls so.",
    "premium": "How far a close stands from the high before that day: below it negative, at a new high above nothing.",
    "bank": "The cash that all assets share.",
    "coverage": "Synthetic dividends so far over what was due so far: 1 means that the ladder earned what was due.",
    "due": "What the payment rule asks for, whether it can be paid or not.",
    "twin": "The same money and the same payments in a plainer strategy, such as buying and holding.",
    "growth a year": "The steady yearly rate that gives the same end, payments left out, taxes due taken off.",
    "points": "A difference of two percentages: from 5 % to 7 % are two points.",
    "fall": "How far the value lies below its highest so far, payments left out (a drawdown).",
    "skipped": "An order that the price reached, but that was not done, such as a buy without enough cash.",
    "verdict": "behind: less than holding; short: too little to tell; luck: chance does as well; edge: none of these.",
    "luck": "In how many worlds where nothing can be gained the best of all variants did as well.",
    "drawn future": "The past's own weeks in another order; what the past has not had, it has not.",
    "window": "A stretch of the past as long as the income is to last, begun in one of its months.",
    "safe rate": "The highest income, of the initial cash a year, at which every amount was paid.",
    "orders near": f"How many resting orders have their limit within {percent(NEAR, 0)} of the last close.",
    "scenario": "One portfolio with its rules and its window of time.",
    "sweep": "Many scenarios that differ in some settings alone.",
}
"""Word -> what it means here. A word is explained where it first stands on a page, and in the glossary at its end."""
