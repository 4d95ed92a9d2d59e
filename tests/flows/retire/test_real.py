"""The stage with the engine itself: its rows fit the tables, and threads change none."""

from __future__ import annotations

import pickle
from collections.abc import Generator, Iterable
from pathlib import Path
from typing import Any

import pytest

from flows.errors import PipelineError
from flows.night.listener import Listener
from flows.night.request import Request
from flows.night.run import run_night
from flows.retire.plan import Planning
from flows.retire.question import Question
from flows.retire.work import retire
from flows.scenarios.files import load_scenarios
from flows.stages import RETIRE
from tests.flows.nights import settings, statuses, tables
from tests.flows.retire.conftest import ALL
from warehouse import Results, Warehouse


def answer(lived: Path, sql: str) -> list[tuple[Any, ...]]:
    with Results.open(lived / "data") as results:
        return results.rows(sql)


def test_all_who_live_on_it_have_their_windows_and_futures(lived: Path) -> None:
    who = ("benchmark", "buy_and_hold", "scenario")
    windows = answer(lived, f"select who, count(*) as starts from windows {ALL} group by who order by who")
    assert [name for name, _ in windows] == list(who)
    assert len({starts for _, starts in windows}) == 1, "all begin in the same months"
    assert windows[0][1] > 1
    assert answer(lived, f"select who, count(*) from paths {ALL} group by who order by who") == [
        (name, 30) for name in who
    ]
    plans = answer(lived, f"select who, basis, cases, reason from plans {ALL} order by who, basis")
    assert plans == [(name, basis, n, None) for name in who for basis, n in (("drawn", 30), ("windows", windows[0][1]))]
    # years 0 and 1, seven quantiles, three who live on it, windows and futures
    assert answer(lived, f"select count(*) from fan {ALL}") == [(2 * 7 * 3 * 2,)]


def sent(jobs: Iterable[Any]) -> Generator[Any, None, None]:
    """Hand jobs out as a cluster does: each is sent, done elsewhere, and its answer is sent back."""
    for job in jobs:
        yield pickle.loads(pickle.dumps(pickle.loads(pickle.dumps(job)).done()))


def test_workers_of_a_cluster_change_no_row(lived: Path) -> None:
    before = tables(lived)
    loaded = load_scenarios(lived / "scenarios")
    with Warehouse.open(lived / "data", verb="test", validation="sql") as warehouse:
        outcome = retire(Planning(warehouse, loaded.scenarios, loaded.files, force=True), fan=sent)
    assert [(item.item, item.status) for item in outcome.items] == [("income", "done"), ("other", "done")]
    assert tables(lived) == before


def test_a_worker_of_another_version_answers_nothing() -> None:
    with pytest.raises(PipelineError, match=r"another version of retirement \(\w{16}, not 0{16}\): install"):
        Question("retire it", "0" * 16, b"").done()


def test_threads_change_no_row(lived: Path) -> None:
    before = tables(lived)
    for workers in ("threads:1", "threads:3"):
        request = Request(settings(lived, workers=workers), stages=(RETIRE,), force=True)
        assert statuses(run_night(request, Listener())) == {RETIRE: "done"}
        assert tables(lived) == before
