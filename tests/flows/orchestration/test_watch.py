"""A night that was due and not carried out is caught up, once, whatever was killed: real processes, really killed."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.flows.nights import make_home, night
from tests.flows.orchestration.serving import EVERY, FAKETIME, WITHIN, batches, far_from_now, serving, wait_for
from warehouse import Warehouse

QUIET = 4 * EVERY
"""Seconds in which nothing more begins: several looks of the watch, and what a night that it begins takes to start."""

FAKED = pytest.mark.skipif(not FAKETIME, reason="libfaketime is not installed, so no process can live an hour later")


@pytest.fixture
def home(tmp_path: Path, with_prefect: Callable[[Path], Path]) -> Path:
    """Make a home whose last night is three days old."""
    home = make_home(tmp_path)
    with_prefect(home / "data")
    night(home)
    long_ago = datetime.now(UTC).replace(tzinfo=None) - timedelta(days=3)
    with Warehouse.open(home / "data") as warehouse:
        warehouse.rows("update ops.batches set started_at = ?, finished_at = ?", [long_ago, long_ago])
    return home


def reached(home: Path) -> bool:
    """Tell whether a night has come as far as the gate, in the middle of its ingest."""
    return (home / "shut.reached").exists()


def stays(home: Path, expected: list[tuple[str, str]]) -> None:
    """Check that there are these batches, and after a while no other."""
    assert batches(home) == expected
    time.sleep(QUIET)
    assert batches(home) == expected


@pytest.mark.parametrize(
    "later",
    [
        timedelta(),
        pytest.param(timedelta(minutes=1), marks=[FAKED, pytest.mark.slow]),
        pytest.param(timedelta(hours=1), marks=[FAKED, pytest.mark.slow]),
    ],
    ids=["a second later", "a minute later", "an hour later"],
)
def test_a_night_that_dies_is_caught_up_and_so_is_one_that_dies_with_its_schedule(later: timedelta, home: Path) -> None:
    cron = far_from_now()
    (home / "shut").touch()
    with serving(home, cron) as first:
        wait_for(lambda: reached(home), first)
        assert "a night was missed: it is caught up now, once" in first.printed()
        (home / "shut.reached").unlink()
        os.kill(json.loads((home / "data" / "work.lock").read_text())["pid"], signal.SIGKILL)
        wait_for(lambda: reached(home), first)
        first.kill(whole=True)
    time.sleep(1)
    with serving(home, cron, ahead=later) as second:
        wait_for(lambda: ("catch-up", "done") in batches(home), second)
        stays(home, [("run", "done"), ("catch-up", "crashed"), ("catch-up", "crashed"), ("catch-up", "done")])


@pytest.mark.slow
def test_a_night_that_outlives_its_schedule_is_not_done_again(home: Path) -> None:
    cron = far_from_now()
    (home / "shut").touch()
    with serving(home, cron) as first:
        wait_for(lambda: reached(home), first)
        first.kill(whole=False)
        # the block's end opens the gate: the night goes on, alone
    with serving(home, cron) as second:
        wait_for(lambda: "Ctrl-C ends it" in second.printed(), second)
        wait_for(lambda: ("catch-up", "done") in batches(home), second)
        stays(home, [("run", "done"), ("catch-up", "done")])
        assert "a night was missed" not in second.printed()
        second.kill_server()
        assert second.process.wait(WITHIN) == 1
        assert "Prefect's server has ended; a night that is missed until `sdengine schedule` runs" in second.printed()
        assert "Traceback" not in second.printed()


@pytest.mark.slow
def test_a_night_that_falls_due_while_the_schedule_starts_takes_place_once(tmp_path: Path) -> None:
    """On a fresh warehouse: no night of before was missed. Whether Prefect still schedules it, or it is caught up."""
    home = make_home(tmp_path)
    ahead = timedelta(seconds=30)  # time enough for Python to start, and too little for a server on a busy machine
    due = (datetime.now(UTC) + ahead + timedelta(minutes=1)).replace(second=0)
    time.sleep((due - datetime.now(UTC) - ahead).total_seconds())
    with serving(home, f"{due.minute} {due.hour} * * *") as one:
        wait_for(lambda: [status for _, status in batches(home)] == ["done"], one)
        stays(home, batches(home))
