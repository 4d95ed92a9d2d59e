"""The stage with the engine itself: its rows fit the tables, and threads change none."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flows.night.listener import Listener
from flows.night.opening import Request
from flows.night.run import run_night
from flows.stages import RETIRE
from tests.flows.nights import settings, statuses, tables
from warehouse import Results


def answer(lived: Path, sql: str) -> list[tuple[Any, ...]]:
    with Results.open(lived / "data") as results:
        return results.rows(sql)


def test_all_who_live_on_it_have_their_windows_and_futures(lived: Path) -> None:
    who = ("benchmark", "buy_and_hold", "scenario")
    windows = answer(lived, "select who, count(*) as starts from windows group by who order by who")
    assert [name for name, _ in windows] == list(who)
    assert len({starts for _, starts in windows}) == 1, "all begin in the same months"
    assert windows[0][1] > 1
    assert answer(lived, "select who, count(*) from paths group by who order by who") == [(name, 30) for name in who]
    plans = answer(lived, "select who, basis, cases, reason from plans order by who, basis")
    assert plans == [(name, basis, n, None) for name in who for basis, n in (("drawn", 30), ("windows", windows[0][1]))]
    # years 0 and 1, seven quantiles, three who live on it, windows and futures
    assert answer(lived, "select count(*) from fan") == [(2 * 7 * 3 * 2,)]


def test_threads_change_no_row(lived: Path) -> None:
    before = tables(lived)
    for workers in ("threads:1", "threads:3"):
        request = Request(settings(lived, workers=workers), stages=(RETIRE,), force=True)
        assert statuses(run_night(request, Listener())) == {RETIRE: "done"}
        assert tables(lived) == before
