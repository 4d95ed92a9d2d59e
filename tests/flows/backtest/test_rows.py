"""Rows of runs, written while others are computed: in the order in which runs are due, whatever is settled first."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from types import SimpleNamespace
from typing import Any, cast

import polars as pl
import pytest

from flows.backtest import rows
from flows.backtest.parts.content import Left
from flows.backtest.rows import RunRows
from flows.backtest.runs import WantedRun
from tests.flows.backtest.part_case import bars, runs

DUE = runs(bars())[:7]
SPAN = (date(2024, 1, 1), date(2024, 2, 9))


class Table:
    """Stands in for the warehouse: keeps what is appended, call by call."""

    def __init__(self) -> None:
        self.appended: list[pl.DataFrame] = []

    def append(self, name: str, frame: pl.DataFrame) -> int:
        """Keep the rows; their number."""
        assert name == "backtest.runs"
        self.appended.append(frame)
        return frame.height

    @property
    def ids(self) -> list[list[str]]:
        """The run_ids of each call."""
        return [frame["run_id"].to_list() for frame in self.appended]


@pytest.fixture
def table(monkeypatch: pytest.MonkeyPatch) -> Table:
    monkeypatch.setattr(rows, "TOGETHER", 2)
    return Table()


def rows_in(table: Table, due: list[WantedRun], errors: dict[str, str], left: dict[str, Any]) -> RunRows:
    return RunRows(cast(Any, table), due, "engine", errors, left)


def test_rows_are_written_in_order_as_soon_as_enough_are_settled(table: Table) -> None:
    ids = [run.run_id for run in DUE]
    of_runs = rows_in(table, DUE, {}, {})
    assert of_runs.settle([ids[1], ids[2], ids[3]]) == 0  # the first one is not known yet
    assert of_runs.settle([ids[0]]) == 4
    assert table.ids == [ids[:2], ids[2:4]]
    assert of_runs.settle([ids[4]]) == 0  # one alone waits for another
    assert of_runs.settle(ids[5:]) == 2
    assert of_runs.finish() == 1
    assert table.ids == [ids[:2], ids[2:4], ids[4:6], ids[6:]]


def test_a_run_that_cannot_be_run_waits_for_nobody(table: Table) -> None:
    due = [replace(DUE[0], problem="no bars"), *DUE[1:3]]
    of_runs = rows_in(table, due, {DUE[0].run_id: "no bars"}, {})
    assert of_runs.settle([DUE[1].run_id]) == 2
    assert table.appended[0]["status"].to_list() == ["failed", "done"]
    assert of_runs.finish() == 1


def test_a_row_tells_what_is_known_when_it_is_written(table: Table) -> None:
    errors: dict[str, str] = {}
    left: dict[str, Any] = {}
    of_runs = rows_in(table, DUE[:2], errors, left)
    of_runs.spans[DUE[0].run_id] = of_runs.spans[DUE[1].run_id] = SPAN
    errors[DUE[1].run_id] = "broke"
    left[DUE[0].run_id] = cast(Left, SimpleNamespace(name="part-1"))
    assert of_runs.settle(run.run_id for run in DUE[:2]) == 2
    written = table.appended[0].select("first_date", "last_date", "status", "error", "part").rows()
    assert written == [(*SPAN, "done", None, "part-1"), (None, None, "failed", "broke", None)]
