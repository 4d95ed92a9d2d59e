"""How fast the engine is, beside a bare loop and the fastest Python peer, in one run.

    .venv/bin/pytest tests/benchmarks/test_engine.py --benchmark-only

All figures are from two shared, loaded cores: only ratios within one run mean anything. M/s: million asset-bars a
second of processor time.

How it came to this, and where the time goes: `sdengine/kernel/README.md`.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from sdengine.codes import Action
from sdengine.days import engine
from sdengine.history.columns import Tables, by_name, sheets_of
from sdengine.history.run import run_scenario, run_scenarios
from sdengine.history.simulate import Batch, run_batch
from sdengine.kernel.logs import FILL, SNAPSHOT
from sdengine.scenario import Scenario
from tests.benchmarks import workloads
from tests.benchmarks.bare_loop import bare_loop, cheapest_first
from tests.benchmarks.contest import Contest, compete

ROOT = Path(__file__).parents[2]
CASH, WEIGHT = 1_000_000.0, 0.08
NIGHTLY = {"portfolio": {"path": "low_first", "requote": "nightly"}}
"""What the bare loop and vectorbt can follow."""
FILLS = 3600
"""Rows that a scenario's fills may take, on average, over ten assets and 1,256 days."""
MARKETS: dict[str, Callable[[], pl.DataFrame | None]] = {
    "rising": workloads.rising,
    "falling": workloads.falling,
    "real": workloads.real,
}
pytestmark = pytest.mark.benchmark(group="engine")


Contestants = dict[str, Callable[[], Any]]


class Compiled:
    """The compiled engine alone, its memory at hand; with several threads a part of the batch each."""

    def __init__(self, scenarios: list[Scenario], bars: pl.DataFrame, threads: int = 1, watch: bool = True) -> None:
        # dealt out like cards: neighbours in a sweep trade alike, and halves of it would not weigh the same
        self.batches = [workloads.batch_of(scenarios[k::threads], bars, watch) for k in range(threads)]
        self.rooms = [workloads.room_for(batch) for batch in self.batches]
        self.tables = [
            workloads.tables_for(batch, max(FILLS * batch.bars.size // 12_560, FILLS) * len(batch.plans))
            for batch in self.batches
        ]
        self.pool = ThreadPoolExecutor(threads)

    def __call__(self) -> None:
        for done, batch in zip(self.pool.map(self.run, range(len(self.batches))), self.batches, strict=True):
            assert done == len(batch.plans)

    def run(self, k: int) -> int:
        batch: Batch = self.batches[k]
        room = self.rooms[k]
        return run_batch(engine(), batch, 0, len(batch.plans), room, sheets_of(room), self.tables[k])


class Bare:
    """The bare loop, its memory at hand; with several threads a part of the sets each."""

    def __init__(self, scenarios: list[Scenario], bars: pl.DataFrame, threads: int = 1) -> None:
        batch = workloads.batch_of(scenarios[:1], bars)
        self.prices = workloads.prices_of(batch)
        self.order = cheapest_first(self.prices[1], self.prices[3])
        self.triggers = np.array([2 ** (1 / scenario.assets[0].sd_n) - 1 for scenario in scenarios])
        self.shares = np.array([scenario.assets[0].profit_sharing_pct / 100 for scenario in scenarios])
        self.weight = scenarios[0].assets[0].weight or 0.0
        self.values = np.zeros((len(scenarios), len(batch.days)))
        self.fills = np.zeros((FILLS * len(scenarios), 2))
        self.parts = [slice(part[0], part[-1] + 1) for part in np.array_split(np.arange(len(scenarios)), threads)]
        self.pool = ThreadPoolExecutor(threads)

    def __call__(self) -> int:
        return sum(self.pool.map(self.run, self.parts))

    def run(self, part: slice) -> int:
        fills = self.fills[FILLS * part.start : FILLS * part.stop]
        return bare_loop(
            self.prices, self.order, self.triggers[part], self.shares[part], CASH, self.weight, self.values[part], fills
        )


class Public:
    """`run_scenarios` from a frame to Arrow tables, each chunk dropped once it has been seen."""

    def __init__(self, scenarios: list[Scenario], bars: pl.DataFrame, threads: int = 1) -> None:
        self.given = (scenarios, bars)
        self.threads = threads

    def __call__(self) -> int:
        chunks = run_scenarios(*self.given, threads=self.threads)
        return sum(chunk.tables["fills"].num_rows for chunk in chunks)


def trades(tables: Tables, runs: int) -> int:
    """Buys and sells that a batch recorded."""
    actions = by_name(tables.fills, FILL, tables.ends[runs - 1, 0])["action"]
    return int(np.isin(actions, (Action.BUY, Action.SELL)).sum())


@pytest.mark.parametrize("market", MARKETS)
def test_the_bare_loop_computes_what_the_engine_does(market: str, timed: bool) -> None:
    bars = MARKETS[market]()
    if bars is None:
        pytest.skip(f"no real bars in {workloads.REAL_FOLDER}")
    scenarios = workloads.sweep(1000 if timed else 25, features=NIGHTLY)
    bare, engine = Bare(scenarios, bars), Compiled(scenarios, bars)
    engine()
    fills = bare()
    assert fills == trades(engine.tables[0], len(scenarios)) > 100 * len(scenarios)
    values = by_name(engine.tables[0].snapshots, SNAPSHOT, bare.values.size)["total_value"].reshape(bare.values.shape)
    np.testing.assert_allclose(bare.values, values, rtol=1e-12)


def test_the_falling_market_empties_some_banks(timed: bool) -> None:
    scenarios = workloads.sweep(1000 if timed else 50)
    engine = Compiled(scenarios, workloads.falling())
    engine()
    tables = engine.tables[0]
    counts = np.diff(tables.ends[:, 0], prepend=0)
    runs = np.repeat(np.arange(len(scenarios)), counts)
    skipped = by_name(tables.fills, FILL, tables.ends[-1, 0])["action"] == Action.SKIP_BUY
    assert 0.1 < len(np.unique(runs[skipped])) / len(scenarios) < 0.5


@pytest.mark.parametrize("assets", [1, 10], ids=["W1", "W2"])
def test_one_scenario(benchmark: Any, timed: bool, say: Any, assets: int) -> None:
    bars, scenario = workloads.rising(assets=assets), workloads.one(assets=assets)
    expected = run_scenario(scenario, bars).fills.height
    contest = Contest(
        f"one scenario, {assets} assets, {workloads.DAYS} days",
        1.0,
        "run",
        {
            "bare loop": Bare([scenario], bars),
            "compiled engine": Compiled([scenario], bars),
            "run_scenarios": Public([scenario], bars),
            "run_scenario, with its frames": lambda: run_scenario(scenario, bars).fills,
        },
    )
    compete(benchmark, contest, 30 if timed else 1)
    say(contest.report("bare loop"))
    assert Public([scenario], bars)() == expected > 100


@pytest.mark.parametrize("market", MARKETS)
def test_a_thousand_scenarios(benchmark: Any, timed: bool, say: Any, market: str) -> None:
    """W3, the ladder alone: the engine, its public face, one and two threads, a bare loop and vectorbt."""
    bars = MARKETS[market]()
    if bars is None:
        pytest.skip(f"no real bars in {workloads.REAL_FOLDER}")
    ladder = workloads.sweep(1000 if timed else 20)
    contestants: Contestants = {
        "bare loop": Bare(ladder, bars),
        "bare loop, 2 threads": Bare(ladder, bars, threads=2),
        "engine, not watching arbitrage": Compiled(ladder, bars, watch=False),
        "engine": Compiled(ladder, bars),
        "engine, 2 threads": Compiled(ladder, bars, threads=2),
        "run_scenarios": Public(ladder, bars),
        "run_scenarios, 2 threads": Public(ladder, bars, threads=2),
    }
    size = len(ladder) * workloads.DAYS * workloads.ASSETS
    contest = Contest(f"W3, the ladder alone, {market} market", size / 1e6, "M asset-bars", contestants)
    compete(benchmark, contest, 7 if timed else 1)
    say(contest.report("bare loop"))
    assert Public(ladder, bars)() == Public(ladder, bars, threads=2)() > 100 * len(ladder)
    if timed:
        assert contest.ratio("engine", "bare loop") < 12


def test_a_thousand_scenarios_with_every_feature(benchmark: Any, timed: bool, say: Any) -> None:
    bars = workloads.rising(dividend=0.1)
    ladder = workloads.sweep(1000 if timed else 20)
    everything = workloads.sweep(1000 if timed else 20, features=workloads.EVERYTHING)
    engine = Compiled(everything, bars)
    contestants: Contestants = {
        "bare loop": Bare(ladder, bars),
        "bare loop, 2 threads": Bare(ladder, bars, threads=2),
        "engine": engine,
        "engine, 2 threads": Compiled(everything, bars, threads=2),
        "run_scenarios": Public(everything, bars),
        "run_scenarios, 2 threads": Public(everything, bars, threads=2),
    }
    size = len(ladder) * workloads.DAYS * workloads.ASSETS
    contest = Contest("W3, every feature", size / 1e6, "M asset-bars", contestants)
    compete(benchmark, contest, 5 if timed else 1)
    say(contest.report("bare loop"))
    tables = engine.tables[0]
    seen = set(np.unique(by_name(tables.fills, FILL, tables.ends[-1, 0])["action"]))
    wanted = {Action.BUY, Action.SELL, Action.REBALANCE_BUY, Action.ARBITRAGE_BUY, Action.WITHDRAWAL}
    assert seen >= wanted | {Action.TAX, Action.DIVIDEND, Action.INTEREST, Action.FUNDING_SELL}
    if timed:
        assert contest.ratio("engine", "bare loop") < 25


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="peak memory is read from /proc")
def test_memory_does_not_grow_with_the_number_of_scenarios(benchmark: Any, timed: bool, say: Any) -> None:
    rows, some, more = (500_000, 1000, 4000) if timed else (125_000, 400, 1200)
    command = [sys.executable, "-m", "tests.benchmarks.memory", *map(str, (rows, 2, some, more))]
    asked = {"capture_output": True, "text": True, "check": True, "cwd": ROOT}
    output = benchmark.pedantic(subprocess.run, (command,), asked, rounds=1).stdout
    peaks = {int(count): float(peak) for count, peak in map(str.split, output.splitlines())}
    say(["peak memory of a process that runs so many scenarios"] + [f"{n:6} {p:8.0f} MiB" for n, p in peaks.items()])
    assert (peaks[more] - peaks[some]) / (more - some) < 0.05, "its tables alone have 0.3 MiB a scenario"


@pytest.mark.skipif(find_spec("vectorbt") is None, reason="vectorbt is not installed: pip install 'sdengine[bench]'")
def test_beside_vectorbt(benchmark: Any, timed: bool, say: Any) -> None:
    """W3 on the path that vectorbt can follow; it takes gigabytes and half a minute to compile."""
    from tests.benchmarks.with_vectorbt import ladder

    scenarios = workloads.sweep(1000 if timed else 10, features=NIGHTLY)
    bars = workloads.rising()
    bare = Bare(scenarios, bars)
    peer = ladder(bare.prices, bare.order, bare.triggers, bare.shares, CASH, WEIGHT)
    contestants: Contestants = {
        "bare loop": bare,
        "engine": Compiled(scenarios, bars),
        "run_scenarios": Public(scenarios, bars),
        "vectorbt": peer,
    }
    size = len(scenarios) * workloads.DAYS * workloads.ASSETS
    contest = Contest("W3 beside vectorbt", size / 1e6, "M asset-bars", contestants)
    compete(benchmark, contest, 3 if timed else 1)
    say(contest.report("bare loop"))
    fills, values = peer()
    assert fills == bare()
    np.testing.assert_allclose(values.T, bare.values, rtol=1e-9)
    if timed:
        assert contest.ratio("vectorbt", "run_scenarios") > 3
