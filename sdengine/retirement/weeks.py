"""The past in whole calendar weeks, which drawn futures are made of.

A week is what all assets did together on its seven days: open, high, low, close and dividend over the close before,
nothing on days without a bar. So coins keep their weekends between Friday and Monday, holidays come as often as they
did, and whatever moves together goes on doing so.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from schemas.columns import PRICES
from sdengine.judging.worlds import CLOSE, LOW, THURSDAY, WEEK
from sdengine.market.past import gaps_until_entry
from sdengine.retirement.span import Span
from sdengine.retirement.terms import MONTHS, Cpi, Expected, StudyError
from sdengine.statistics.annual import DAYS_PER_YEAR

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

DIVIDEND = len(PRICES)
FEWEST = 52
"""Weeks of a past, at least: a year."""


@dataclass(frozen=True)
class Weeks:
    """`W` whole weeks of `A` assets from the Monday `monday` (ordinal) on, and where the past ends."""

    monday: int
    steps: Floats  # [W * 7, A, 5]: PRICES and the dividend over the close before; NaN without a bar
    prices: Floats  # [W * 7]: logarithm of the rise of consumer prices on each day
    closes: Floats  # [A]: the last ones
    gaps: Floats  # [A, GAP_BARS]: as `Market.gaps`, of an entry at these
    last: int  # ordinal of the last day

    @property
    def count(self) -> int:
        """Return how many weeks there are."""
        return len(self.steps) // WEEK

    def cut(self, monday: int, count: int) -> Weeks:
        """Return `count` of the weeks from the Monday given on."""
        first = monday - self.monday
        rows = slice(first, first + count * WEEK)
        return replace(self, monday=monday, steps=self.steps[rows], prices=self.prices[rows])

    def expecting(self, expected: Expected | float) -> Weeks:
        """Return the same weeks with another mean: each asset's `(close + dividend) / close before` grows by so much.

        `expected` is geometric growth a year, "none" is 0. All four prices of every bar are multiplied by one number,
        found by Newton's method; dividends stay the share of the close before that they were.
        """
        if expected == "as_it_was":
            return self
        wanted = 0.0 if isinstance(expected, str) else math.log1p(expected)
        years = len(self.steps) / DAYS_PER_YEAR
        steps = self.steps.copy()
        for a in range(steps.shape[1]):
            there = ~np.isnan(steps[:, a, LOW])
            move = 0.0
            for _ in range(8):
                close, paid = steps[there, a, CLOSE] * math.exp(move), steps[there, a, DIVIDEND]
                excess = float(np.log(close + paid).sum()) - wanted * years
                move -= excess / float((close / (close + paid)).sum())
            steps[:, a, : len(PRICES)] *= math.exp(move)
        return replace(self, steps=steps)


def week_range(span: Span, cpi: Cpi | None) -> tuple[int, int]:
    """Return the first Monday of a span's whole weeks and the one behind them, ordinals.

    The first week has days without a close before; the last one counts if it goes as far as weeks here go. With a cpi
    both months of a week's days have a rise: it is known once the next month's level is.
    """
    ordinals = span.market.days["ordinal"].astype(np.int64)
    weekdays = (ordinals + THURSDAY) % WEEK
    open_still = weekdays[span.last] < weekdays[span.first : span.last + 1].max()
    monday = int(ordinals[span.first] - weekdays[span.first]) + WEEK
    beyond = int(ordinals[span.last] - weekdays[span.last]) + (0 if open_still else WEEK)
    if cpi is None or beyond <= monday:
        return monday, max(monday, beyond)
    months = months_of(np.arange(monday, beyond)).reshape(-1, WEEK)
    known = np.flatnonzero(((months >= cpi.first) & (months < cpi.last)).all(axis=1))
    return (monday + int(known[0]) * WEEK, monday + int(known[-1] + 1) * WEEK) if len(known) else (monday, monday)


def weeks_of(span: Span, cpi: Cpi | None) -> Weeks:
    """Lay out the whole weeks of a span. Raises StudyError for fewer than a year of them."""
    monday, beyond = week_range(span, cpi)
    if (beyond - monday) // WEEK < FEWEST:
        raise StudyError(f"the past has {(beyond - monday) // WEEK} whole weeks in common; allowed: {FEWEST} or more")
    market = span.market.since(0)
    bars, ordinals = market.bars, market.days["ordinal"].astype(np.int64)
    steps = np.full((beyond - monday, bars.shape[1], DIVIDEND + 1), np.nan)
    inside = np.flatnonzero((ordinals >= monday) & (ordinals < beyond))
    for k, name in enumerate((*PRICES, "dividend")):
        steps[ordinals[inside] - monday, :, k] = bars[name][inside] / bars["prev_close"][inside]
    steps[np.isnan(steps[:, :, LOW])] = np.nan
    gaps = np.roll(gaps_until_entry(span.market.bars, span.last), -1, axis=1)
    gaps[:, -1] = 0.0  # the entry's own: it opens where the past closed
    last = int(ordinals[span.last])
    return Weeks(monday, steps, _rises(monday, beyond, cpi), bars["close"][span.last].copy(), gaps, last)


def months_of(ordinals: Floats | Ints) -> Ints:
    """Return the month of each day, as DAY counts them."""
    return ordinals.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) + 1970 * MONTHS


def _rises(monday: int, beyond: int, cpi: Cpi | None) -> Floats:
    """Spread each month's rise over its days."""
    if cpi is None:
        return np.zeros(beyond - monday)
    months = months_of(np.arange(monday, beyond))
    stamps = (np.arange(cpi.first, cpi.last + 1) - 1970 * MONTHS).astype("datetime64[M]").astype("datetime64[D]")
    a_day = np.diff(np.log(cpi.levels)) / np.diff(stamps).astype(np.int64)
    return a_day[months - cpi.first]
