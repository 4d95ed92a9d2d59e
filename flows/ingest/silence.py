"""What becomes of a number that the source does not repeat: it stays, on the scale of what the answer says around it.

An answer that leaves a stored bar or action out, or gives it without its numbers, has not said that there was none. Its
fate follows from the bars beside it, each held against what was stored of it, new price / old price:

    all of them 1             it is kept as it was
    all of them one factor    the source has rescaled that stretch (a split, applied backwards): it is rescaled alike
    no one factor             nobody knows its scale any more: it is set aside, which is stored and not trusted

A split's ratio has no scale: it is kept. What was set aside stays so until the source gives it again.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median
from typing import Literal

JITTER = 1e-6
"""Relative difference up to which two numbers of a source are one: sources jitter in the seventh digit."""
BESIDE = 3
"""So many bars before, and as many after, are the neighbours of a date."""
AGREE = 5e-4
"""Relative distance from their median up to which ratios are one factor: prices may have been rounded to the cent."""
ENOUGH = 0.75
"""Share of the ratios that must agree: one neighbour that was corrected at the same time does not hide a factor."""
MOVE = timedelta(days=10)
"""An action that comes back with the same amount within so many days has moved."""

Standing = Literal["kept", "rescaled", "set_aside"]
Key = tuple[date, str]
"""Date and kind of what was left out: 'bar', 'dividend' or 'split'."""
Action = tuple[date, str, float]
Gone = tuple[date, str, tuple[float, ...]]


@dataclass(frozen=True)
class Fate:
    """What became of something that was left out: by what its prices were multiplied since `noticed_at`."""

    standing: Standing
    factor: float
    noticed_at: datetime

    def after(self, factor: float | None) -> Fate:
        """Tell what becomes of it where the answer's neighbours have one factor more, or no one factor."""
        if factor is None or self.standing == "set_aside":
            return Fate("set_aside", self.factor, self.noticed_at)
        total = self.factor * factor
        return Fate("kept" if same(total, 1.0) else "rescaled", total, self.noticed_at)


@dataclass(frozen=True)
class Neighbours:
    """The ratios new / old of the bars that were stored and are given, sorted by date; nothing where a number lacks."""

    dates: Sequence[date]
    prices: Sequence[Sequence[float]]
    volumes: Sequence[Sequence[float]]

    def factor(self, day: date) -> float | None:
        """Find the one factor of the prices around a date; 1.0 where nothing is known of them, None where none fits."""
        return one_factor([ratio for place in self._beside(day) for ratio in self.prices[place]])

    def volume_factor(self, day: date) -> float:
        """Find the one factor of the volumes around a date; 1.0 where none fits, for no trade hangs on a volume."""
        return one_factor([ratio for place in self._beside(day) for ratio in self.volumes[place]]) or 1.0

    def _beside(self, day: date) -> range:
        first, last = bisect_left(self.dates, day), bisect_right(self.dates, day)
        return range(max(first - BESIDE, 0), min(last + BESIDE, len(self.dates)))


def one_factor(ratios: Sequence[float]) -> float | None:
    """Find the factor that enough of the ratios share; exactly 1.0 within jitter of one, and where there are none."""
    if not ratios:
        return 1.0
    middle = median(ratios)
    agreeing = sum(abs(ratio - middle) <= AGREE * middle for ratio in ratios)
    if agreeing < ENOUGH * len(ratios):
        return None
    return 1.0 if same(middle, 1.0) else middle


def same(one: float, other: float) -> bool:
    """Whether two numbers are one within jitter."""
    return abs(one - other) <= JITTER * max(abs(one), abs(other))


def moves(gone: Sequence[Gone], come: Sequence[Action]) -> dict[int, int]:
    """Which actions that come are some that are gone, moved by at most `MOVE`: place in gone -> in come, nearest first.

    Args:
        gone: stored actions that the answer leaves out: date, kind, and the amounts that it may come back with.
        come: actions that are given and were not stored: date, kind, amount.
    """
    pairs = sorted(
        (abs(new[0] - old[0]), a, b)
        for a, old in enumerate(gone)
        for b, new in enumerate(come)
        if old[1] == new[1] and abs(new[0] - old[0]) <= MOVE and any(same(new[2], amount) for amount in old[2])
    )
    moved: dict[int, int] = {}
    for _, a, b in pairs:
        if a not in moved and b not in moved.values():
            moved[a] = b
    return moved
