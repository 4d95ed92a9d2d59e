"""What judging a sweep costs, beside the bare loop over as many asset-bars, in one run.

    .venv/bin/pytest tests/benchmarks/test_judging.py --benchmark-only

The figures stand in `sdengine/judging/README.md`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from sdengine.judging.bootstrap import stationary_indices
from sdengine.judging.family import family_of
from sdengine.judging.intervals import redrawn_figures
from sdengine.judging.luck import luck
from sdengine.judging.overfitting import overfitting
from sdengine.judging.superiority import superiority
from sdengine.market.bars import BarStore
from tests.benchmarks import workloads
from tests.benchmarks.contest import Contest, compete
from tests.benchmarks.test_engine import Bare

pytestmark = [pytest.mark.slow, pytest.mark.benchmark(group="judging")]
Say = Callable[[list[str]], None]


@pytest.mark.parametrize(
    ("members", "assets", "days", "worlds", "limit"), [(54, 4, 2148, 199, 16.0), (1000, 10, 1256, 10, 8.0)], ids=str
)
def test_luck_beside_the_bare_loop(
    members: int, assets: int, days: int, worlds: int, limit: float, benchmark: Any, timed: bool, say: Say
) -> None:
    if not timed:
        members, days, worlds = 6, 200, 2
    scenarios, bars = workloads.sweep(members, assets), workloads.rising(days, assets)
    family, bare = family_of(scenarios, BarStore(bars)), Bare(scenarios, bars)
    title = f"{members} members x {assets} assets x {days} days x {worlds} worlds"
    work = members * assets * days * worlds / 1e6
    contestants = {
        "bare loop": lambda: [bare() for _ in range(worlds)],
        "luck": lambda: luck(family, 1, mean_days=10.0, worlds=worlds),
    }
    contest = Contest(title, work, "M asset-bars", contestants)
    compete(benchmark, contest, rounds=3 if timed else 1)
    say(contest.report("bare loop"))
    if timed:
        assert contest.ratio("luck", "bare loop") < limit


def test_statistics_of_many_trials(benchmark: Any, timed: bool, say: Say) -> None:
    days, count, draws = (1256, 1000, 1000) if timed else (160, 4, 20)
    returns = np.random.default_rng(1).normal(0.0, 0.01, (days, count))
    drawn = stationary_indices(1, draws, days, 10.0)
    contestants = {
        "indices": lambda: stationary_indices(1, draws, days, 10.0),
        "PBO": lambda: overfitting(returns),
        "SPA and StepM": lambda: superiority(returns, drawn),
        "intervals of ten runs": lambda: [
            redrawn_figures(returns[:, k % count].copy(), drawn, 5.0, 252.0, 0.0) for k in range(10)
        ],
    }
    contest = Contest(f"{count} trials x {days} days, {draws} redrawn pasts", 1.0, "times", contestants)
    compete(benchmark, contest, rounds=3 if timed else 1)
    say(contest.report("indices"))
