"""Worlds in which nothing can be gained: the past's own days, drawn again in whole weeks, the mean step taken off.

A day is what all assets did together: open, high, low and close over the close before. It may stand for another day of
the same weekday on which the same assets trade; who is not listed yet (or any more) on that other day does not matter
there. So coins keep their weekends between Friday and Monday, and a world has the past's own dates. What each asset
gains on average over the days that may stand for a day, as often as each may, is divided out: no price moves in any
direction on average, on no day.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from schemas.columns import PRICES
from sdengine.judging.draws import uniforms
from sdengine.kernel.compiled import kernel
from sdengine.kernel.records import Records

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

WEEK = 7
THURSDAY = 3
"""The day of the week of 1970-01-01, Monday being 0."""
OPEN, HIGH, LOW, CLOSE = (PRICES.index(name) for name in ("open", "high", "low", "close"))
NOTHING_DRAWN = -1
UNLISTED, TRADES, ABSENT = range(3)


class Ground(NamedTuple):
    """What a world is rebuilt from: `T` days, `A` assets, `K` kinds of day, prices in the order of `PRICES`."""

    prices: Floats  # [T, A, 4] as they were, NaN without a bar
    steps: Floats  # [T, A, 4] over the close before, NaN where there is none
    factors: Floats  # [K, A]: what takes the mean step off
    kinds: Ints  # [T]: NOTHING_DRAWN where the day keeps its prices


@dataclass(frozen=True)
class Past:
    """A market laid out for drawing.

    A week's `regime` says which assets are listed in it; the `sizes` of the regimes count the weeks that may stand for
    theirs. Of a kind of day, `standing` has the day that stands for it when the n-th of those weeks is drawn.
    """

    ground: Ground
    weeks: Ints  # [T]: the calendar week of each day, the first 0
    regimes: Ints  # [W]
    sizes: Ints  # [R]
    standing: Ints  # [K, N]

    @property
    def days_a_week(self) -> float:
        """Days in a week, on average."""
        return len(self.weeks) / len(self.regimes)

    def draw(self, seed: int, world: int, mean_weeks: float) -> Ints:
        """Draw which day stands for each day of a world, `[T]`: stationary blocks of whole weeks."""
        count = len(self.regimes)
        drawn = uniforms(seed, world, 2 * count)
        taken = wander(drawn[:count], drawn[count:], 1.0 / mean_weeks, self.regimes, self.sizes)
        chosen = self.standing[self.ground.kinds, taken[self.weeks]]
        return np.where(self.ground.kinds == NOTHING_DRAWN, NOTHING_DRAWN, chosen)


def wander(turns: Floats, starts: Floats, chance: float, regimes: Ints, sizes: Ints) -> Ints:
    """Draw a week for each week, `[W]`: the next one, or any where its turn says so or other assets are listed."""
    taken = np.empty(len(regimes), np.int64)
    _wander(turns, starts, chance, regimes, sizes, taken)
    return taken


@kernel
def _wander(turns: Floats, starts: Floats, chance: float, regimes: Ints, sizes: Ints, taken: Ints) -> None:
    """Fill in what `wander` gives."""
    for w in range(len(regimes)):
        size = sizes[regimes[w]]
        if w == 0 or regimes[w] != regimes[w - 1] or turns[w] < chance:
            taken[w] = int(starts[w] * size)
        else:
            taken[w] = (taken[w - 1] + 1) % size


def past_of(days: Records, bars: Records) -> Past:
    """Lay out a market `[T]`, `[T, A]` for drawing."""
    prices = np.stack([bars[name] for name in PRICES], axis=-1)
    quoted = ~np.isnan(bars["low"])
    rows = np.arange(len(bars))[:, None]
    first, last = quoted.argmax(axis=0), len(bars) - 1 - quoted[::-1].argmax(axis=0)
    listed, moves = (rows > first) & (rows <= last), quoted & (rows > first)
    steps = np.where(moves[:, :, None], prices / _closes_before(prices, quoted)[:, :, None], np.nan)
    count = days["ordinal"].astype(np.int64) + THURSDAY
    weeks, weekdays = count // WEEK - count[0] // WEEK, count % WEEK

    in_week = np.zeros((int(weeks[-1]) + 1, bars.shape[1]), np.bool_)
    np.logical_or.at(in_week, weeks, listed)
    listings, regimes = np.unique(in_week, axis=0, return_inverse=True)
    regimes = regimes.reshape(-1)
    may_stand = [np.flatnonzero(in_week[:, listing].all(axis=1)) for listing in listings]

    roles = np.where(listed, np.where(quoted, TRADES, ABSENT), UNLISTED)
    patterns, kinds = np.unique(np.column_stack([regimes[weeks], weekdays, roles]), axis=0, return_inverse=True)
    kinds = np.where((roles == TRADES).any(axis=1), kinds.reshape(-1), NOTHING_DRAWN)
    factors = np.ones((len(patterns), bars.shape[1]))
    standing = np.full((len(patterns), max(map(len, may_stand))), NOTHING_DRAWN)
    for k in np.unique(kinds[kinds != NOTHING_DRAWN]):
        regime, weekday, *role = patterns[k]
        trade, absent = np.equal(role, TRADES), np.equal(role, ABSENT)
        alike = moves[:, trade].all(axis=1) & ~quoted[:, absent].any(axis=1) & (weekdays == weekday)
        chosen = _next_of(np.flatnonzero(alike), weeks, may_stand[regime])
        standing[k, : len(chosen)] = chosen
        for a in np.flatnonzero(trade):
            factors[k, a] = len(chosen) / math.fsum(steps[chosen, a, CLOSE])
    sizes = np.array([len(each) for each in may_stand], np.int64)
    return Past(
        Ground(prices, steps, factors, kinds.astype(np.int64)), weeks, regimes.astype(np.int64), sizes, standing
    )


def _closes_before(prices: Floats, quoted: NDArray[np.bool_]) -> Floats:
    """Return each asset's last close before each day, `[T, A]`; NaN before its first bar."""
    rows = np.where(quoted, np.arange(len(quoted))[:, None], -1)
    latest = np.maximum.accumulate(rows, axis=0)
    before = np.vstack([np.full((1, quoted.shape[1]), -1), latest[:-1]])
    closes = np.take_along_axis(prices[:, :, CLOSE], np.maximum(before, 0), axis=0)
    return np.where(before >= 0, closes, np.nan)


def _next_of(days: Ints, weeks: Ints, wanted: Ints) -> Ints:
    """Return of each wanted week its own day among `days`, or the next week's that has one, around the end."""
    return days[np.searchsorted(weeks[days], wanted) % len(days)]
