"""Where a group of scenarios lives: their batch, a room that grows where a run needs more, months to be filled in."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sdengine.days import engine
from sdengine.history.plans import plans_of, rules_of
from sdengine.history.simulate import Batch
from sdengine.judging.family import Space
from sdengine.kernel.records import ASSET, BOOK, Records
from sdengine.retirement.door import AS_THEY_ARE, Life, Prices, Trial, new_life
from sdengine.retirement.figures import FIGURES, Kept, live_all
from sdengine.scenario import Scenario

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

NONE = np.zeros((0, 2), np.bool_)
"""Nothing was tried."""


class Stage:
    """Scenarios over the same bars, each with its number of monthly payments."""

    def __init__(self, scenarios: Sequence[Scenario], months: Sequence[int]) -> None:
        plans = plans_of(scenarios)
        plans["arbitrage"] = plans["fraction"] > 0.0  # what is only noted changes nothing
        self.extremes = bool(plans["arbitrage"].any())
        self.months = np.array(months, np.int64)
        self._plans, self._rules = plans, rules_of(scenarios)
        self._space = Space(self._rules.shape[1], 1)
        self._life = new_life(int(self.months.max()))
        self._years = int(self.months.max()) // 12
        self._no_rows = np.zeros((0, len(FIGURES))), np.zeros((0, 0, 2), np.float32)

    def on(self, days: Records, bars: Records, gaps: Floats) -> Batch:
        """Make the batch that plays on that market."""
        count, width = self._rules.shape
        windows = np.tile(np.array([0, len(days)], np.int64), (count, 1))
        return Batch(
            self._plans.copy(), self._rules, windows, days, bars, gaps,
            np.zeros(count, BOOK), np.zeros((count, width), ASSET),
        )  # fmt: skip

    def new_rows(self, cases: int) -> tuple[Floats, Singles]:
        """Make room for the figures [cases, S, 16] and the years [cases, S, years + 1, 2] of so many cases."""
        count = len(self.months)
        return np.zeros((cases, count, len(FIGURES))), np.zeros((cases, count, self._years + 1, 2), np.float32)

    def live(self, batch: Batch, prices: Prices, floor: float, rows: Floats, yearly: Singles) -> Ints:
        """Live them all; fill in figures [S, 16] and years [S, years + 1, 2]; return the days of the last payments."""
        ends = np.zeros(len(self.months), np.int64)
        self._live(batch, AS_THEY_ARE, 0, len(self.months), prices, floor, self._life, Kept(rows, yearly, ends, NONE))
        return ends

    def months_of(self, batch: Batch, s: int, prices: Prices) -> Life:
        """Live one of them; return its months."""
        life, (rows, yearly) = new_life(int(self.months[s])), self.new_rows(1)
        kept = Kept(rows[0], yearly[0], np.zeros(len(self.months), np.int64), NONE)
        self._live(batch, AS_THEY_ARE, s, s + 1, prices, np.nan, life, kept)
        return life

    def hold(self, batch: Batch, s: int, prices: Prices, field: int, rates: Floats) -> Flags:
        """Try rates on one of them: whether all is paid, and whether besides as much is left [R, 2]."""
        kept = Kept(*self._no_rows, np.zeros(0, np.int64), np.zeros((len(rates), 2), np.bool_))
        self._live(batch, Trial(s, field, rates), 0, len(rates), prices, np.nan, self._life, kept)
        return kept.held

    def _live(
        self, batch: Batch, trial: Trial, first: int, last: int, prices: Prices, floor: float, life: Life, kept: Kept
    ) -> None:
        months = self.months if len(trial.rates) > 0 else self.months[:last]
        while first < last:
            first = live_all(engine(), batch, first, self._space.room, trial, months, prices, floor, life, kept)
            if first < last:
                self._space.grow()
