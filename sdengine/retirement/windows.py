"""Rolling windows: each month's first bar begins a retirement of its own, with entries and all-time highs of its own.

Whichever horizons are compared, they have the same starts: a horizon that takes in late, lucky starts that a longer one
cannot have is no comparison.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sdengine.history.simulate import Batch
from sdengine.market.bars import Market
from sdengine.retirement.door import Prices
from sdengine.retirement.rates import cells, halve
from sdengine.retirement.span import Span
from sdengine.retirement.stage import Stage
from sdengine.retirement.terms import MONTHS, Cpi, HorizonTooLong, StudyError
from sdengine.scenario import Scenario

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class PastGroup:
    """Scenarios of the same tickers, their months, and the market that they have lived in, from row `first` on."""

    market: Market
    first: int
    scenarios: tuple[Scenario, ...]
    months: tuple[int, ...]


@dataclass(frozen=True)
class Past:
    """Windows of groups that retire in the same months.

    `inflation`: a year, unless there is a `cpi`. `floor`: real cash a year, NaN for none.
    """

    groups: tuple[PastGroup, ...]
    starts: tuple[int, ...]
    inflation: float
    cpi: Cpi | None
    floor: float

    def prices(self, start: int) -> Prices:
        """Return consumer prices from a start on."""
        years = max(months for group in self.groups for months in group.months) // MONTHS
        if self.cpi is None:
            return Prices((1.0 + self.inflation) ** np.arange(years + 1.0), False)
        levels = self.cpi.levels[start - self.cpi.first :: MONTHS][: years + 1]
        return Prices(levels / levels[0], True)


def check_horizon(span: Span, years: int) -> None:
    """Raise HorizonTooLong for more than half of the span."""
    if years > span.years / 2.0:
        first, last = span.dates
        instead = f"at most {int(span.years / 2.0)}, or " if span.years >= 2.0 else ""
        raise HorizonTooLong(
            f"{years} years are more than half of the {span.years:.1f} years that all assets have ({first} to {last}):"
            f" their windows would tell one past many times; allowed: {instead}drawn futures (paths)"
        )


def starts_of(span: Span, years: int) -> tuple[int, ...]:
    """Return the months in which a retirement of so many years can begin."""
    first, last = span.months
    months = np.unique(span.market.days["month"][span.first : span.last + 1])
    starts = tuple(int(month) for month in months if first <= month <= last - years * MONTHS)
    if not starts:
        raise StudyError(f"no month of the past is followed by {years} years; allowed: a shorter horizon, or paths")
    return starts


class Lives(NamedTuple):
    """Task: the starts from `first` to, not including, `last`."""

    past: Past
    first: int
    last: int


class PastRates(NamedTuple):
    """Task: the rates of scenario `s` of group `group` over the starts from `first` to, not including, `last`."""

    past: Past
    group: int
    s: int
    field: int
    first: int
    last: int
    rates: Floats
    refine: bool


def live_windows(task: Lives) -> tuple[list[Floats], list[Singles], list[Ints]]:
    """Live through windows; of each group figures [C, S, 16], years [C, S, years + 1, 2], first and last day [C, S, 2].

    Days are ordinals; the last is that of the last payment.
    """
    past, count = task.past, task.last - task.first
    figures, years, days = [], [], []
    for group in past.groups:
        stage = Stage(group.scenarios, group.months)
        rows, yearly = stage.new_rows(count)
        edges = np.zeros((count, len(group.scenarios), 2), np.int64)
        for k, (batch, prices) in enumerate(_batches(past, group, stage, range(task.first, task.last))):
            edges[k, :, 0] = batch.days["ordinal"][0]
            edges[k, :, 1] = stage.live(batch, prices, past.floor, rows[k], yearly[k])
        figures.append(rows)
        years.append(yearly)
        days.append(edges)
    return figures, years, days


def try_windows(task: PastRates) -> tuple[NDArray[np.bool_], Floats]:
    """Try rates on windows: what each holds [C, R, 2], and where asked for the highest that does, narrowed [C, 2]."""
    past, group = task.past, task.past.groups[task.group]
    stage = Stage(group.scenarios, group.months)
    held, values = [], []
    for batch, prices in _batches(past, group, stage, range(task.first, task.last)):
        each = stage.hold(batch, task.s, prices, task.field, task.rates)
        held.append(each)
        if task.refine:
            values.append([_narrowed(stage, batch, prices, task, each[:, which], which) for which in range(2)])
    return np.array(held, np.bool_).reshape(-1, len(task.rates), 2), np.array(values).reshape(-1, 2)


def _narrowed(
    stage: Stage, batch: Batch, prices: Prices, task: PastRates, held: NDArray[np.bool_], which: int
) -> float:
    (at,) = cells(held[np.newaxis])
    if at < 0:
        return np.nan
    if at == len(held) - 1:
        return float(task.rates[at])
    return halve(stage, batch, task.s, prices, task.field, task.rates[at : at + 2], which)


def _batches(past: Past, group: PastGroup, stage: Stage, starts: Sequence[int]) -> Iterator[tuple[Batch, Prices]]:
    for k in starts:
        market = window(group, past.starts[k], int(stage.months.max()))
        yield stage.on(market.days, market.bars, market.gaps), past.prices(past.starts[k])


def window(group: PastGroup, start: int, months: int) -> Market:
    """Cut a market from the first bar of a month to the end of the month of its last payment."""
    market = group.market
    first, beyond = np.searchsorted(market.days["month"], [start, start + months + 1])
    until = Market(market.tickers, market.days[:beyond], market.bars[:beyond], market.gaps)
    return until.since(max(int(first), group.first))
