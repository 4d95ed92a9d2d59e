"""Drawn futures, lived through one after the other: path numbers in, figures out.

A `Drawn` and what a task says beside it can be pickled; `live_paths`, `try_paths` and `narrow_paths` are functions of
these alone. So paths may be spread over threads, processes or a cluster, and path k is the same wherever it is played.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sdengine.history.simulate import Batch
from sdengine.kernel.records import BAR, DAY
from sdengine.retirement.door import Prices
from sdengine.retirement.futures import Calendar, Ground, calendar_after, draw, fill, price_levels
from sdengine.retirement.rates import halve
from sdengine.retirement.stage import Stage
from sdengine.retirement.terms import MONTHS
from sdengine.retirement.weeks import WEEK, Weeks
from sdengine.scenario import Scenario

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]


@dataclass(frozen=True)
class Group:
    """Scenarios of the same tickers, their months, and the past of these tickers in the same weeks for all groups."""

    weeks: Weeks
    scenarios: tuple[Scenario, ...]
    months: tuple[int, ...]


@dataclass(frozen=True)
class Drawn:
    """Futures of groups that retire on the same day: number k is the same weeks for all of them.

    `inflation`: a year, None: as the weeks' consumer prices rose. `floor`: real cash a year, NaN for none.
    """

    groups: tuple[Group, ...]
    seed: int
    mean_weeks: float
    inflation: float | None
    floor: float

    @property
    def calendar(self) -> Calendar:
        """Return the dates of all futures: those of the longest plan, so that a future is the same for all plans."""
        return calendar_after(self.groups[0].weeks.last, max(m for group in self.groups for m in group.months))

    @property
    def first_month(self) -> int:
        """Return the month in which all futures begin, as DAY counts them."""
        calendar = self.calendar
        return int(calendar.days["month"][calendar.first])


class Paths(NamedTuple):
    """Task: the drawn futures from `first` to, not including, `last`."""

    drawn: Drawn
    first: int
    last: int


class Rates(NamedTuple):
    """Task: rates for scenario `s` of group `group` on some futures, all the same or each a cell of its own."""

    drawn: Drawn
    group: int
    s: int
    field: int
    paths: tuple[int, ...]
    rates: Floats  # [R], or [P, 2]: from, to
    which: int


def live_paths(task: Paths) -> tuple[list[Floats], list[Singles]]:
    """Live through futures; of each group figures [P, S, 16] and years [P, S, years + 1, 2]."""
    drawn = task.drawn
    figures, years = [], []
    for group in drawn.groups:
        teller = Teller(drawn, group)
        rows, yearly = teller.stage.new_rows(task.last - task.first)
        for k, path in enumerate(range(task.first, task.last)):
            batch, prices = teller.tell(path)
            teller.stage.live(batch, prices, drawn.floor, rows[k], yearly[k])
        figures.append(rows)
        years.append(yearly)
    return figures, years


def try_paths(task: Rates) -> NDArray[np.bool_]:
    """Try rates on futures: whether all is paid, and whether besides as much is left, [P, R, 2]."""
    teller = Teller(task.drawn, task.drawn.groups[task.group])
    return np.array(
        [teller.stage.hold(*_of(teller, path, task.s), task.field, task.rates) for path in task.paths], np.bool_
    ).reshape(len(task.paths), len(task.rates), 2)


def narrow_paths(task: Rates) -> Floats:
    """Narrow each future's cell down to the highest rate that holds, [P]."""
    teller = Teller(task.drawn, task.drawn.groups[task.group])
    return np.array(
        [
            halve(teller.stage, *_of(teller, path, task.s), task.field, cell, task.which)
            for path, cell in zip(task.paths, task.rates, strict=True)
        ]
    )


def _of(teller: Teller, path: int, s: int) -> tuple[Batch, int, Prices]:
    batch, prices = teller.tell(path)
    return batch, s, prices


class Teller:
    """One group with bars of its own, on which futures are laid out one after the other."""

    def __init__(self, drawn: Drawn, group: Group) -> None:
        self._drawn, self._weeks = drawn, group.weeks
        self._calendar = drawn.calendar
        self.stage = Stage(group.scenarios, group.months)
        self._ground = Ground(group.weeks.steps, group.weeks.closes, self.stage.extremes)
        dates = len(self._calendar.days)
        self._batch = self.stage.on(
            np.zeros(dates, DAY), np.zeros((dates, len(group.weeks.closes)), BAR), group.weeks.gaps
        )
        years = max(months for each in drawn.groups for months in each.months) // MONTHS
        inflation = 0.0 if drawn.inflation is None else drawn.inflation
        self._prices = Prices((1.0 + inflation) ** np.arange(years + 1.0), drawn.inflation is None)

    def tell(self, path: int) -> tuple[Batch, Prices]:
        """Lay out a future."""
        weeks, drawn = self._weeks, self._drawn
        taken = draw(drawn.seed, path, len(self._calendar.days) // WEEK, drawn.mean_weeks, weeks.count)
        self._batch.windows[:, 1] = fill(self._ground, taken, self._calendar, self._batch.days, self._batch.bars)
        if drawn.inflation is None:
            price_levels(weeks.prices, taken, self._calendar, self._prices.levels)
        return self._batch, self._prices


def slices(paths: int, size: int) -> Iterator[tuple[int, int]]:
    """Cut path numbers into slices of `size`."""
    for first in range(0, paths, size):
        yield first, min(first + size, paths)
