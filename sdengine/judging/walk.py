"""Walk-forward: what choosing the best so far, and then really running it, would have brought."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

import numpy as np

from sdengine.judging.aligned import Aligned
from sdengine.judging.family import family_of
from sdengine.market.bars import BarStore
from sdengine.market.calendar import date_of
from sdengine.scenario import Scenario
from sdengine.statistics.annual import annual_growth, years_between

FOLDS = 5
"""Folds of equal length behind a first stretch as long, in which nothing is run but a choice is made."""
SHORTEST = 1.0
"""Years of a fold, at least."""


@dataclass(frozen=True)
class Fold:
    """One fold: the run chosen by what it had grown until it begins, run anew from there; growth a year."""

    first: date
    last: date
    chosen: int
    chosen_cagr: float
    twin_cagr: float
    hindsight_cagr: float
    excess_before: float


@dataclass(frozen=True)
class Walk:
    """All folds, and growth a year over them in a row: of the chosen runs, their twins, the best in hindsight."""

    folds: tuple[Fold, ...]
    cagr: float
    twin_cagr: float
    hindsight_cagr: float

    @property
    def excess_cagr(self) -> float:
        """Return what choosing brought above the twins, a year."""
        return self.cagr - self.twin_cagr

    @property
    def efficiency(self) -> float:
        """Return that as a share of what the chosen had above their twins until chosen; NaN where it was nothing."""
        before = sum(fold.excess_before for fold in self.folds) / len(self.folds)
        return self.excess_cagr / before if before > 0.0 else np.nan


def walk_forward(scenarios: Sequence[Scenario], store: BarStore, past: Aligned) -> Walk | None:
    """Walk through the past of the scenarios; None where it is too short for one fold.

    The days before a fold choose (highest growth, the first among equals), every scenario is then run from the fold's
    first close to its last, with entries of its own: what was held before does not count.
    """
    folds = min(FOLDS, int(past.years / SHORTEST) - 1)
    if folds < 1:
        return None
    edges = [round(k * (len(past.ordinals) - 1) / (folds + 1)) for k in range(folds + 2)]
    walked, totals, length = [], np.ones(3), 0.0
    for edge, until in pairwise(edges[1:]):
        before = float(years_between(int(past.ordinals[0]), int(past.ordinals[edge])))
        chosen = int(np.argmax(past.growth[edge] / past.growth[0]))
        own, held = (growth[edge, chosen] / growth[0, chosen] - 1.0 for growth in (past.growth, past.twin_growth))
        first, last = date_of(past.ordinals[edge]), date_of(past.ordinals[until])
        fresh, twins = family_of([_within(scenario, first, last) for scenario in scenarios], store).daily()
        grown = np.array([fresh[chosen].growth[-1], twins[chosen].growth[-1], max(run.growth[-1] for run in fresh)])
        years = float(years_between(int(past.ordinals[edge]), int(past.ordinals[until])))
        rate, held_rate, best_rate = (float(annual_growth(each - 1.0, years)) for each in grown)
        excess = float(annual_growth(own, before) - annual_growth(held, before))
        walked.append(Fold(first, last, chosen, rate, held_rate, best_rate, excess))
        totals, length = totals * grown, length + years
    return Walk(tuple(walked), *(float(annual_growth(each - 1.0, length)) for each in totals))


def _within(scenario: Scenario, first: date, last: date) -> Scenario:
    portfolio = scenario.portfolio.model_copy(update={"start": first, "end": last})
    return scenario.model_copy(update={"portfolio": portfolio})
