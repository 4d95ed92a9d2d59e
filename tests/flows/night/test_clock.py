"""Nights by a clock that is set back or was years ahead: the order is the ledger's, nothing is blocked, it is said."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from flows.cli.diff import last_kept
from flows.cli.status import batch_lines
from flows.night.listener import Listener
from flows.results.status import read_status
from flows.stages import STAGES
from tests.flows.nights import BASE, night
from tests.warehouse.story import last_batches, stage_runs
from warehouse import Results, Warehouse, work

NOW = datetime(2026, 11, 26, 2, 0)
At = Callable[[datetime, timedelta], None]


class Notes(Listener):
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def note(self, sentence: str) -> None:
        self.said.append(sentence)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> At:
    """Set the clock, and how far it goes at each look."""

    def set_clock(start: datetime, step: timedelta = timedelta(seconds=1)) -> None:
        now = [start]

        def look() -> datetime:
            now[0] += step
            return now[0]

        monkeypatch.setattr(work, "utc_now", look)

    return set_clock


def change(home: Path, sd_n: int) -> None:
    """Give the next night something to do."""
    (home / "scenarios" / "full.toml").write_text(BASE.format(sd_n=sd_n))


def nights(home: Path, clock: At, *starts: datetime) -> list[list[str]]:
    """Run a night at each of these times; what each said."""
    said = []
    for number, start in enumerate(starts):
        clock(start, timedelta(seconds=1))
        change(home, 5 + number)
        listener = Notes()
        night(home, listener)
        said.append(listener.said)
    return said


AHEAD = NOW + timedelta(days=2000)


def test_what_came_last_is_last_whatever_the_clock_said(home: Path, clock: At) -> None:
    _, wrong, right, after = nights(home, clock, NOW, AHEAD, NOW + timedelta(days=2), NOW + timedelta(days=3))
    assert [wrong, after] == [[], []]
    (said,) = right
    assert re.fullmatch(
        r"the clock says 2026-11-28 02:00:0\d UTC, and said 2032-05-18 02:00:0\d when the last batch began:"
        r" it stood wrong then, or does now; what hangs on it is asked for and judged again",
        said,
    )
    with Warehouse.open(home / "data") as warehouse:
        days = [f"{start:%Y-%m-%d}" for start in last_batches(warehouse, 4)["started_at"]]
        assert days == ["2026-11-29", "2026-11-28", "2032-05-18", "2026-11-26"]
        last = warehouse.ledger.last_batch()
        assert last is not None
    assert read_status(home / "data", 4).batches[0]["batch_id"] == last["batch_id"]
    with Results.open(home / "data") as results:
        assert results.scalar("select batch_id from ops.nights limit 1") == last["batch_id"]


def test_the_files_that_are_kept_are_those_of_the_last_nights(home: Path, clock: At) -> None:
    nights(home, clock, AHEAD, NOW, NOW + timedelta(days=1), NOW + timedelta(days=2), NOW + timedelta(days=3))
    kept = {path.name[8:16] for path in (home / "data").glob("results-*.duckdb")}
    assert kept == {"20261126", "20261127", "20261128"}
    assert last_kept(home / "data").name.startswith("results-20261128")
    nights(home, clock, AHEAD, NOW + timedelta(days=5))
    assert last_kept(home / "data").name.startswith("results-20320518")


def test_a_clock_that_goes_backwards_during_a_night_blocks_neither_it_nor_the_next(home: Path, clock: At) -> None:
    clock(NOW, timedelta(seconds=-10))
    change(home, 5)
    listener = Notes()
    outcome = night(home, listener)
    assert outcome.published
    assert [said.split(":")[0] for said in listener.said][-1:] == ["published all the same"]
    with Warehouse.open(home / "data") as warehouse:
        receipts = stage_runs(warehouse, outcome.batch_id)
        own = [line["stage"] for line in receipts.to_dicts() if line["item"] is None]
        assert own == list(STAGES)
    found = read_status(home / "data", 1)
    assert [line["stage"] for line in found.stages] == own
    assert " in -" not in batch_lines(found.batches[0], found.stages)[0]
    assert nights(home, clock, NOW + timedelta(days=1)) == [[]]


def test_a_batchs_end_is_the_same_in_both_files(home: Path) -> None:
    change(home, 5)
    batch = night(home).batch_id
    asked = f"select * from ops.batches where batch_id = '{batch}'"
    with Results.open(home / "data") as results:
        published = results.rows(asked)
    with Warehouse.open(home / "data") as warehouse:
        assert warehouse.rows(asked) == published
