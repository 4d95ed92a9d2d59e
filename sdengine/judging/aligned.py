"""Daily returns of several runs and their twins, side by side on the days that all of them have."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sdengine.judging.family import Daily
from sdengine.statistics.annual import observed_periods, years_between
from sdengine.statistics.returns import daily_returns

Floats = NDArray[np.float64]


class Aligned(NamedTuple):
    """Growth `[T + 1, M]` at the common days, and returns `[T, M]` between them, of the runs and of their twins."""

    ordinals: NDArray[np.int32]
    growth: Floats
    twin_growth: Floats
    returns: Floats
    twin_returns: Floats

    @property
    def differences(self) -> Floats:
        """Return what each run gained on each day above its twin."""
        return self.returns - self.twin_returns

    @property
    def years(self) -> float:
        """Count the years from the first common day to the last."""
        return float(years_between(int(self.ordinals[0]), int(self.ordinals[-1]))) if len(self.ordinals) else 0.0

    @property
    def periods(self) -> float:
        """Count the common days a year."""
        return float(observed_periods(len(self.ordinals), self.years))


def aligned(own: Sequence[Daily], held: Sequence[Daily]) -> Aligned:
    """Put runs and twins side by side."""
    common = reduce(_shared, (daily.ordinals for daily in own))
    growth, twin_growth = _at(own, common), _at(held, common)
    return Aligned(common, growth, twin_growth, _returns(growth), _returns(twin_growth))


def _shared(some: NDArray[np.int32], others: NDArray[np.int32]) -> NDArray[np.int32]:
    return some if np.array_equal(some, others) else np.intersect1d(some, others)


def _at(runs: Sequence[Daily], days: NDArray[np.int32]) -> Floats:
    grown = np.empty((len(days), len(runs)))
    for m, run in enumerate(runs):
        grown[:, m] = run.growth[np.searchsorted(run.ordinals, days)]
    return grown


def _returns(growth: Floats) -> Floats:
    found = np.empty((max(len(growth) - 1, 0), growth.shape[1]))
    for m in range(growth.shape[1]):
        found[:, m] = daily_returns(np.ascontiguousarray(growth[:, m]))
    return found
