"""What a retirement costs, beside the bare loop over as many asset-bars, in one run.

    .venv/bin/pytest tests/benchmarks/test_retirement.py --benchmark-only

The figures stand in `sdengine/retirement/README.md`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from sdengine.market.bars import BarStore
from sdengine.retirement.cast import cast_of, drawn_of
from sdengine.retirement.drawn import Drawn, Group, Paths, Teller, live_paths
from sdengine.retirement.policy import plans_asked
from sdengine.retirement.study import study
from sdengine.retirement.terms import Terms
from sdengine.scenario import Scenario
from tests.benchmarks import workloads
from tests.benchmarks.contest import Contest, compete
from tests.benchmarks.test_engine import Bare

pytestmark = [pytest.mark.slow, pytest.mark.benchmark(group="retirement")]
Say = Callable[[list[str]], None]

ASSETS, PAST = 4, 2148
DAYS_A_YEAR = 261


def retiree() -> Scenario:
    tables = {
        "portfolio": {"initial_cash": 1_000_000.0},
        "asset_defaults": {"weight": 0.8 / ASSETS},
        "assets": [{"ticker": ticker} for ticker in workloads.tickers(ASSETS)],
        "benchmark": {"ticker": workloads.tickers(ASSETS)[0]},
    }
    return Scenario.from_dict(tables)


def only(drawn: Drawn, s: int) -> Drawn:
    """Return the same futures for one of the first group alone."""
    group = drawn.groups[0]
    one = Group(group.weeks, (group.scenarios[s],), (group.months[s],))
    return Drawn((one,), drawn.seed, drawn.mean_weeks, drawn.inflation, drawn.floor)


def test_drawn_futures_beside_the_bare_loop(benchmark: Any, timed: bool, say: Say) -> None:
    """10,000 futures of 30 years and 4 assets are 313 million asset-bars; a fiftieth of them is played."""
    years, paths = (30, 200) if timed else (1, 2)
    store, scenario = BarStore(workloads.rising(PAST, ASSETS, dividend=0.1)), retiree()
    terms = Terms(years=(years,), rates=(0.04,), inflation=0.02)
    drawn = drawn_of(cast_of(scenario, plans_asked(scenario, terms), store, None), terms, 0.02)
    bare = Bare([workloads.one(assets=ASSETS)], workloads.rising(years * DAYS_A_YEAR, ASSETS))
    alone, twin = only(drawn, 0), only(drawn, 1)
    teller = Teller(alone, alone.groups[0])
    contestants = {
        "bare loop": lambda: [bare() for _ in range(paths)],
        "bars alone": lambda: [teller.tell(path) for path in range(paths)],
        "scenario": lambda: live_paths(Paths(alone, 0, paths)),
        "twin": lambda: live_paths(Paths(twin, 0, paths)),
        "all three": lambda: live_paths(Paths(drawn, 0, paths)),
    }
    work = paths * years * DAYS_A_YEAR * ASSETS / 1e6
    contest = Contest(f"{paths} futures x {years} years x {ASSETS} assets", work, "M asset-bars", contestants)
    compete(benchmark, contest, rounds=5 if timed else 1)
    say(contest.report("bare loop"))
    if timed:
        assert contest.ratio("scenario", "bare loop") < 12.0


def test_a_whole_plan(benchmark: Any, timed: bool, say: Say) -> None:
    """A tenth of a plan: 1,000 futures, rates sought on 100, with twin and benchmark."""
    years, paths = (30, 1000) if timed else (1, 4)
    store, scenario = BarStore(workloads.rising(PAST, ASSETS, dividend=0.1)), retiree()
    terms = Terms(years=(years,), rates=(0.04,), inflation=0.02, paths=paths, rate_paths=paths // 10)
    bare = Bare([workloads.one(assets=ASSETS)], workloads.rising(years * DAYS_A_YEAR, ASSETS))
    contestants = {
        "bare loop": lambda: [bare() for _ in range(paths)],
        "study": lambda: study(scenario, store, terms),
    }
    work = paths * years * DAYS_A_YEAR * ASSETS / 1e6
    contest = Contest(f"a plan of {paths} futures x {years} years", work, "M asset-bars", contestants)
    compete(benchmark, contest, rounds=1)
    say(contest.report("bare loop"))
    if timed:
        assert contest.ratio("study", "bare loop") < 60.0
