"""A night that is killed at any instant: the next one ends with the rows of a night that never was.

SDENGINE_TEST_KILLS sets how many of the points around writes are tried (0: each of them), SDENGINE_TEST_EXAMPLES
scales how often a random moment is.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import shutil
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.flows.night.points import watch_points
from tests.flows.nights import BASE, make_home, night, tables, write_bars
from tests.strategies.profiles import examples
from tests.warehouse.story import last_batches
from warehouse import NoResults, Results, Warehouse

POINTS = int(os.environ.get("SDENGINE_TEST_KILLS", "10"))
MODULES = [
    "flows.night.run",
    "flows.backtest.work",
    "flows.ingest.work",
    "flows.validate.work",
    "flows.metrics.work",
    "flows.judge.work",
    "flows.retire.work",
    "sdengine.history.run",
]
PROCESSES = multiprocessing.get_context("forkserver")


def _night(home: Path, kill_at: int, counted: Path) -> None:
    """Run a night in a process of its own that kills itself at the point number `kill_at`; -1: never, and counts."""
    seen = 0

    def event() -> None:
        nonlocal seen
        if seen == kill_at:
            os.kill(os.getpid(), signal.SIGKILL)
        seen += 1

    watch_points(event)
    night(home)
    counted.write_text(str(seen))


def run(home: Path, kill_at: int = -1, after: float | None = None) -> int:
    """Exit code of such a night; `after` seconds it is killed from outside."""
    child = PROCESSES.Process(target=_night, args=(home, kill_at, home / "counted"))
    child.start()
    child.join(after if after is not None else 300)
    if child.is_alive():
        child.kill()
        child.join()
    assert child.exitcode is not None
    return child.exitcode


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a home with a published night, and something new for every stage of the next."""
    PROCESSES.set_forkserver_preload(MODULES)
    home = make_home(tmp_path_factory.mktemp("before"))
    night(home)
    write_bars(home / "bars", days=46)
    (home / "scenarios" / "full.toml").write_text(BASE.format(sd_n=6))
    (home / "scenarios" / "hold.toml").unlink()
    return home


@pytest.fixture(scope="module")
def undisturbed(before: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], int]:
    """Make the tables that the second night ends with, and count the number of events on its way."""
    home = Path(shutil.copytree(before, tmp_path_factory.mktemp("undisturbed") / "home"))
    assert run(home) == 0
    return tables(home), int((home / "counted").read_text())


def published(home: Path) -> list[tuple[Any, ...]]:
    with Results.open(home / "data") as results:
        return results.rows("select scenario, last_date, fills from metrics.runs where role = 'scenario' order by all")


def check_recovery(home: Path, old: list[tuple[Any, ...]], expected: dict[str, Any]) -> None:
    """Check that what was killed left a whole published file, old or new; the next night makes the tables whole."""
    assert published(home) in (old, NEW_ROWS), "half a night was published"
    night(home)
    assert tables(home) == expected
    assert published(home) == NEW_ROWS
    with Warehouse.open(home / "data") as warehouse:
        assert warehouse.crashed == ()
        assert "running" not in last_batches(warehouse, 10)["status"].to_list()
    leftovers = {path.name for path in (home / "data").iterdir()} - {"work.duckdb", "work.lock", "results.duckdb"}
    assert not {name for name in leftovers if name.endswith(".tmp")}, leftovers


NEW_ROWS: list[tuple[Any, ...]] = []


@pytest.fixture(scope="module", autouse=True)
def new_rows(before: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    home = Path(shutil.copytree(before, tmp_path_factory.mktemp("new") / "home"))
    night(home)
    NEW_ROWS[:] = published(home)
    yield
    NEW_ROWS.clear()


@pytest.mark.slow  # at random moments: the next one
def test_a_night_killed_around_any_write_is_made_up_for(
    before: Path, undisturbed: tuple[dict[str, Any], int], tmp_path: Path
) -> None:
    expected, events = undisturbed
    assert events > 40, "the events of a night are not seen"
    points = range(events) if POINTS == 0 else sorted(random.Random(4).sample(range(events), POINTS))
    for point in points:
        home = Path(shutil.copytree(before, tmp_path / str(point)))
        assert run(home, kill_at=point) == -signal.SIGKILL
        check_recovery(home, published(before), expected)
        shutil.rmtree(home)


def test_a_night_killed_at_random_moments_is_made_up_for(
    before: Path, undisturbed: tuple[dict[str, Any], int], tmp_path: Path
) -> None:
    home = Path(shutil.copytree(before, tmp_path / "whole"))
    began = time.monotonic()
    run(home)
    whole = time.monotonic() - began
    chance = random.Random(5)
    home = Path(shutil.copytree(before, tmp_path / "killed"))
    for _ in range(examples(5)):
        run(home, after=chance.uniform(0.05, whole))
    check_recovery(home, published(before), undisturbed[0])


def _read(folder: Path, stop: Path, said: Path) -> None:
    """Read the results in a loop until told to stop; what went wrong is written down."""
    wrong, reads = [], 0
    while not stop.exists():
        try:
            with Results.open(folder) as results:
                runs = results.scalar("select count(*) from metrics.runs where role = 'scenario'")
                fills = results.scalar(
                    "select count(distinct run_id) from backtest.fills join metrics.runs using (run_id)"
                )
                whole = results.scalar("select count(*) from metrics.runs")
                if not runs or fills != whole:
                    wrong.append(f"half a night: {runs} scenarios, {fills} of {whole} runs with fills")
        except (Exception, NoResults) as error:
            wrong.append(repr(error))
        reads += 1
    said.write_text("\n".join([str(reads), *wrong]))


def test_readers_in_other_processes_never_see_a_lock_or_half_a_night(before: Path, tmp_path: Path) -> None:
    home = Path(shutil.copytree(before, tmp_path / "home"))
    readers = [
        PROCESSES.Process(target=_read, args=(home / "data", tmp_path / "stop", tmp_path / f"said{k}"))
        for k in range(2)
    ]
    for reader in readers:
        reader.start()
    try:
        for sd_n in (4, 5, 7):
            (home / "scenarios" / "full.toml").write_text(BASE.format(sd_n=sd_n))
            night(home)
        run(home, kill_at=30)
        night(home, force=True)
    finally:
        (tmp_path / "stop").touch()
        for reader in readers:
            reader.join(60)
    for k in range(2):
        reads, *wrong = (tmp_path / f"said{k}").read_text().split("\n")
        assert not wrong, wrong
        assert int(reads) > 10
