"""A night whose runs are computed in parts: interrupted or killed it continues, and one run's failure stays one."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest

import sdengine
import sdengine.history.run
from flows.backtest import computing
from flows.backtest.parts import cut
from flows.night.listener import Listener
from flows.stages import BACKTEST
from sdengine.history.run import Chunk, run_scenarios
from tests.flows.backtest.part_case import SMALL, make_grid
from tests.flows.nights import night, stage, tables
from warehouse import Warehouse

PROCESSES = multiprocessing.get_context("forkserver")


class Told(Listener):
    """Keeps what it hears; after `stop` runs of the backtest it does what `then` does."""

    def __init__(self, stop: int = -1, then: Any = None) -> None:
        self.notes: list[str] = []
        self.steps: list[tuple[int, int | None]] = []
        self._stop, self._then = stop, then

    def note(self, sentence: str) -> None:
        self.notes.append(sentence)

    def step(self, stage: str, done: int, total: int | None, item: str = "") -> None:
        if stage == BACKTEST:
            self.steps.append((done, total))
            if done == self._stop:
                self._then()


def interrupt() -> None:
    """Do what Ctrl-C does."""
    raise KeyboardInterrupt


def small_parts(patched: pytest.MonkeyPatch) -> None:
    patched.setattr(cut, "WEIGHT", SMALL)
    patched.setattr(computing, "WORTH_PARTS", 1)


@pytest.fixture(scope="module")
def straight(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a home whose night had no parts."""
    home = make_grid(tmp_path_factory.mktemp("straight"))
    night(home)
    assert not (home / "data" / "parts").exists()
    return home


@pytest.fixture
def home(straight: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    small_parts(monkeypatch)
    for name in ("bars", "scenarios"):
        shutil.copytree(straight / name, tmp_path / name)
    return tmp_path


def files_left(home: Path) -> set[str]:
    return {path.name for path in (home / "data" / "parts").rglob("*") if path.is_file()}


def test_progress_is_told_part_by_part_and_nothing_is_left(straight: Path, home: Path) -> None:
    told = Told()
    night(home, told)
    assert told.steps == [(done, 19) for done in (3, 6, 9, 12, 15, 18, 19)]
    assert tables(home) == tables(straight)
    assert files_left(home) == set()


def test_an_interrupted_night_is_continued(straight: Path, home: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        night(home, Told(9, interrupt))
    with Warehouse.open(home / "data") as warehouse:
        assert warehouse.count("backtest.runs") == 0
    there = len(list((home / "data" / "parts").glob("*/done.json")))
    assert there >= 3
    told = Told()
    night(home, told)
    assert f"{there} of 7 parts are there from an interrupted run, which is continued" in told.notes
    assert tables(home) == tables(straight)
    assert files_left(home) == set()


def _killed(home: Path, at: int) -> None:
    small_parts(pytest.MonkeyPatch())
    night(home, Told(at, lambda: os.kill(os.getpid(), signal.SIGKILL)))


@pytest.mark.parametrize("at", [3, 15, 19])
def test_a_killed_night_is_continued(straight: Path, home: Path, at: int) -> None:
    child = PROCESSES.Process(target=_killed, args=(home, at))
    child.start()
    child.join(300)
    assert child.exitcode == -signal.SIGKILL
    told = Told()
    night(home, told)
    assert any("parts are there from an interrupted run" in note for note in told.notes)
    assert tables(home) == tables(straight)
    assert files_left(home) == set()


def breaking(scenarios: Sequence[Any], *args: Any, **options: Any) -> Iterator[Chunk]:
    """Run the engine, gone mad about two scenarios: one result that breaks a rule, one that is a failure."""
    for chunk in run_scenarios(scenarios, *args, **options):
        mad, lost = ([k for k in chunk.positions if scenarios[k].name == f"grid[sd_n={sd_n}]"] for sd_n in ("5", "10"))
        fills, failures = chunk.tables["fills"], dict(chunk.failures)
        price = pc.if_else(pc.is_in(fills["run"], pa.array(mad, pa.int32())), -1.0, fills["price"])
        changed = chunk.tables | {"fills": fills.set_column(fills.schema.get_field_index("price"), "price", price)}
        for k in lost:
            changed = {name: table.filter(pc.not_equal(table["run"], k)) for name, table in changed.items()}
            failures[k] = "the engine was lost"
        yield Chunk([k for k in chunk.positions if k not in lost], changed, failures)


def test_runs_that_fail_are_recorded_the_same(
    straight: Path, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sdengine, "run_scenarios", breaking)
    monkeypatch.setattr(sdengine.history.run, "run_scenarios", breaking)
    in_parts = {item.item: item.reason for item in stage(night(home), BACKTEST).of("failed")}
    assert set(in_parts) == {"grid[sd_n=5]", "grid[sd_n=10]"}
    assert in_parts["grid[sd_n=10]"] == "the engine was lost"
    assert "its result breaks a rule: backtest.fills: price" in in_parts["grid[sd_n=5]"]
    other = tmp_path / "other"
    for name in ("bars", "scenarios"):
        shutil.copytree(straight / name, other / name)
    monkeypatch.setattr(computing, "WORTH_PARTS", 100)
    assert {item.item: item.reason for item in stage(night(other), BACKTEST).of("failed")} == in_parts
    assert tables(home) == tables(other)
