"""Whole nights beside the bare loop, and the small things beside what they cannot do without, each in one run.

    .venv/bin/pytest tests/benchmarks/test_night.py --benchmark-only
    python -m tests.benchmarks.night --profile

Time of processes from their start to their end: by the clock, which means something where the machine does nothing
else, and of the processor, which others may be compared by.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.benchmarks import workloads
from tests.benchmarks.night import House, Spent, spent, thousand
from tests.benchmarks.test_engine import NIGHTLY, Bare

pytestmark = [pytest.mark.slow, pytest.mark.benchmark(group="night")]
LIBRARIES = "import polars, duckdb"
"""What a night cannot do without."""


def bare_seconds(rounds: int = 9) -> float:
    """Processor time of the bare loop for the thousand's sweep: the median of some rounds."""
    bars = workloads.real()
    bare = Bare(workloads.sweep(features=NIGHTLY), workloads.rising() if bars is None else bars)
    bare()
    times = []
    for _ in range(rounds):
        began = time.process_time()
        bare()
        times.append(time.process_time() - began)
    return sorted(times)[rounds // 2]


def lines(by_case: dict[str, Spent], unit: str, one: float) -> list[str]:
    """Make a table: seconds by the clock, of processor time, how many times `one` both are, memory."""
    head = f"{'':28} {'s':>8} {unit + ' = 1':>22} {'CPU s':>8} {unit + ' = 1':>22} {'MiB':>6}"
    return [head] + [
        f"{n:28} {s.wall:8.2f} {s.wall / one:22.1f} {s.seconds:8.2f} {s.seconds / one:22.1f} {s.peak:6.0f}"
        for n, s in by_case.items()
    ]


def runs_of(house: House) -> int:
    """Count the runs that the published file has."""
    from warehouse import open_results

    with open_results(house.folder / "warehouse") as results:
        return int(results.scalar("select count(*) from backtest.runs where status = 'done'"))


def test_a_night_of_a_thousand(benchmark: Any, timed: bool, tmp_path: Path, say: Callable[[list[str]], None]) -> None:
    if timed:
        house, runs = thousand(tmp_path), 2001
    else:
        house, runs = House(tmp_path, workloads.rising(30, 2), [6.0, 8.0], [50.0], stocks=False), 5
    by_case = {"a new warehouse": benchmark.pedantic(house.night, rounds=1)}
    assert runs_of(house) == runs, "each member, its ath_only, and one buy and hold for all"
    if timed:
        by_case["the same night again"] = house.night()
        say(["The night of a thousand", *lines(by_case, "bare loop", bare_seconds())])


def test_small_things(benchmark: Any, timed: bool, tmp_path: Path, say: Callable[[list[str]], None]) -> None:
    """An idle night of the scenarios that ship, a query, help, and a night with one new bar of ten tickers."""
    if not timed:
        pytest.skip("only measured: the suite runs all of it elsewhere")
    command = [sys.executable, "-m", "flows.cli"]
    night = [*command, "run", "--direct", "--quiet", "--report", "none", "--warehouse", str(tmp_path / "shipped")]
    query = [*command, "sql", "from ranking select place, scenario limit 5", "--warehouse", str(tmp_path / "shipped")]
    house = thousand(tmp_path / "house", 100)
    spent(night)
    house.night()
    house.tomorrow()
    libraries = benchmark.pedantic(spent, ([sys.executable, "-c", LIBRARIES],), rounds=5)
    by_case = {
        LIBRARIES: libraries,
        "an idle night": min((spent(night) for _ in range(5)), key=lambda one: one.seconds),
        "a query": min((spent(query) for _ in range(5)), key=lambda one: one.seconds),
        "--help": min((spent([*command, "--help"]) for _ in range(5)), key=lambda one: one.seconds),
        "one new bar, 100 scenarios": house.night(),
    }
    say(["Small things", *lines(by_case, "libraries", libraries.seconds)])


def test_the_very_first_run(benchmark: Any, timed: bool, tmp_path: Path, say: Callable[[list[str]], None]) -> None:
    """Without any machine code: the night, and what of it the compiler takes."""
    if not timed:
        pytest.skip("only measured: the suite keeps its machine code")
    verb = ["run", "--direct", "--quiet", "--report", "none", "--warehouse", str(tmp_path / "warehouse")]
    first = benchmark.pedantic(
        spent,
        ([sys.executable, "-m", "tests.benchmarks.compiling", *verb],),
        {"NUMBA_CACHE_DIR": str(tmp_path)},
        rounds=1,
    )
    again = spent([sys.executable, "-m", "flows.cli", *verb, "--force"], NUMBA_CACHE_DIR=str(tmp_path))
    say(
        ["The very first run", *lines({"first": first, "with machine code": again}, "with machine code", again.seconds)]
    )
    say(first.stderr.splitlines())
