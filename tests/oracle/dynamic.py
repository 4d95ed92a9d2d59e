"""Dynamic sd_n: many gaps, tight brackets; few gaps, wide ones (`sdengine/RULES.md`, "Dynamic sd_n")."""

from __future__ import annotations

from itertools import pairwise

from tests.oracle.state import Bar, Book

BARS = 90


def adapt_sd_n(book: Book) -> None:
    """At the start of a month's first portfolio day, from the last 90 gaps, those of the past included."""
    if book.settings.dynamic_sd_n is None or not book.new_month():
        return
    threshold = book.settings.dynamic_sd_n.get("gap_threshold")
    threshold = 0.02 if threshold is None else threshold
    for asset in book.assets:
        last_gaps = asset.gaps[-BARS:]
        if len(last_gaps) == BARS:
            frequency = sum(1 for gap in last_gaps if gap >= threshold) / BARS
            asset.sd_n = 12 if frequency > 0.15 else 8 if frequency > 0.05 else 6


def gaps_between(bars: list[Bar]) -> list[float]:
    """How each bar but the first opened against the close before."""
    return [abs(bar.open / before.close - 1) for before, bar in pairwise(bars)]


def remember_gaps(book: Book) -> None:
    """After the day: today's open against the close before (the entry price, for the first bar after the entry)."""
    for asset in book.tradable():
        assert asset.bar is not None
        asset.gaps.append(abs(asset.bar.open / asset.last_close - 1))
