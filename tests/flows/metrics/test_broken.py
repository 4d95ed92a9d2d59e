"""Runs that cannot be measured, and a stage that breaks: the others stay, nothing is half written."""

from __future__ import annotations

import math
from datetime import date
from typing import Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from flows.metrics.plan import plan_metrics
from flows.metrics.work import metrics
from tests.flows.metrics.hand_made import CLIMB, HOLD, LISTS, RUN, add_family, add_run, contents
from warehouse import Warehouse


def test_one_run_that_cannot_be_measured_stays_one(warehouse: Warehouse) -> None:
    add_family(warehouse)
    add_run(warehouse, "000000000000000d", "broken")
    warehouse.delete("backtest.portfolio_days", {"run_id": "000000000000000d"})
    outcome = metrics(warehouse, batch_id="b1")
    assert (outcome.status, outcome.reason) == ("failed", "3 runs measured, 1 could not be measured")
    (broken,) = outcome.items
    assert (broken.item, broken.reason) == ("broken", "the run has no portfolio days")
    assert warehouse.count("metrics.runs") == 3
    failed = warehouse.rows("select run_id, error from backtest.runs where status = 'failed'")
    assert failed == [("000000000000000d", "the run has no portfolio days")], "it is no done run without its metrics"
    assert warehouse.count("backtest.fills", {"run_id": "000000000000000d"}) == 0


def test_one_run_whose_figures_no_table_holds_stays_one(warehouse: Warehouse) -> None:
    """Values near the largest number that there is: their sum is none, and so their mean is unknown."""
    add_family(warehouse)
    add_run(warehouse, "000000000000000d", "vast")
    for column in ("total_value", "bank"):
        warehouse.rows(f"update backtest.portfolio_days set {column} = 1.7e308 where run_id = '000000000000000d'")
    outcome = metrics(warehouse, batch_id="b1")
    (vast,) = outcome.items
    assert vast.item == "vast"
    assert vast.reason.startswith("its figures break a rule: metrics.runs: ")
    assert warehouse.read("metrics.runs")["run_id"].to_list() == [RUN, HOLD, CLIMB]
    for name in ("assets", "monthly", "drawdowns"):
        assert warehouse.count(f"metrics.{name}", {"run_id": "000000000000000d"}) == 0
    assert warehouse.count("metrics.history", {"scenario": "vast"}) == 0
    assert warehouse.rows("select scenario from backtest.runs where status = 'failed'") == [("vast",)]


def test_bars_that_have_changed_since_are_noticed(warehouse: Warehouse) -> None:
    add_run(warehouse, RUN, "mine")
    warehouse.delete("clean.bars", {"date": date(2024, 2, 1)})
    outcome = metrics(warehouse, batch_id="b1")
    (mine,) = outcome.of("failed")
    assert mine.item == "mine"
    assert "run it again" in mine.reason
    assert [warehouse.count(name) for name in LISTS] == [0] * len(LISTS)


def test_failed_runs_and_an_empty_warehouse(warehouse: Warehouse) -> None:
    assert (metrics(warehouse, batch_id="b1").status, plan_metrics(warehouse)) == ("skipped", [])
    add_run(warehouse, RUN, "failed", status="failed", error="no bars", first_date=None, last_date=None)
    outcome = metrics(warehouse, batch_id="b1")
    assert (outcome.status, outcome.reason) == ("skipped", "no finished runs")


def test_nothing_is_written_when_it_breaks_half_way(warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    add_family(warehouse)
    metrics(warehouse, batch_id="b1")
    before = contents(warehouse)

    def broken(*_: Any) -> None:
        raise RuntimeError("pulled the plug")

    monkeypatch.setattr("sdengine.metrics.compare_with_twins", broken)
    with pytest.raises(RuntimeError, match="pulled the plug"):
        metrics(warehouse, batch_id="b2", force=True)
    for name, frame in contents(warehouse).items():
        assert_frame_equal(frame, before[name], check_exact=True)


def test_figures_in_the_database_are_finite_or_null(warehouse: Warehouse) -> None:
    add_family(warehouse)
    metrics(warehouse, batch_id="b1")
    for frame in contents(warehouse).values():
        for column in frame.select(pl.col(pl.Float64)):
            assert all(math.isfinite(x) for x in column.drop_nulls())
