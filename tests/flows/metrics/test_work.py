"""The stage `metrics` on a warehouse of hand-made runs: what is due, what is written, what goes."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

import flows.metrics.work as stage
import schemas
from flows.metrics.plan import plan_metrics
from flows.metrics.work import metrics
from schemas.canonical import canonical_json
from sdengine.metrics import DAILY
from sdengine.version import RULES
from tests.sdengine.metrics import metrics_case as case
from warehouse import Warehouse

RUN, HOLD, CLIMB = "000000000000000a", "000000000000000b", "000000000000000c"
LISTS = ("metrics.runs", "metrics.assets", "metrics.monthly", "metrics.years", "metrics.drawdowns")


@pytest.fixture
def warehouse(tmp_path: Path) -> Iterator[Warehouse]:
    with Warehouse.open(tmp_path, validation="sql") as opened:
        bars = case.bars().with_columns(
            open="close",
            high="close",
            low="close",
            volume=pl.lit(1.0),
            split_factor=pl.lit(1.0),
            source=pl.lit("sample"),
        )
        opened.append("clean.bars", schemas.table("clean.bars").conform(bars))
        yield opened


def add_run(warehouse: Warehouse, run_id: str, scenario: str, role: str = "scenario", **changes: Any) -> None:
    """Store the run worked by hand under that run_id; `growth` multiplies its last value by way of the bank."""
    growth = changes.pop("growth", 1.0)
    days = case.portfolio_days()
    last = 935.0 * growth - 935.0
    days = days.with_columns(
        pl.when(pl.col("date") == case.DAYS[3]).then(pl.col(name) + last).otherwise(pl.col(name)).alias(name)
        for name in ("total_value", "bank")
    )
    fills = case.fills().with_columns(nav_premium=pl.lit(0.0), anchor=pl.lit(1.0))
    lots = case.lots().with_columns(
        opened_on=pl.lit(case.DAYS[0]),
        closed_on=pl.when(pl.col("gain").is_null()).then(None).otherwise(pl.lit(case.DAYS[2])),
        closed_by=pl.when(pl.col("gain").is_null()).then(None).otherwise(pl.lit("SELL")),
        close_price=pl.when(pl.col("gain").is_null()).then(None).otherwise(108.0),
        long_term=pl.when(pl.col("gain").is_null()).then(None).otherwise(pl.lit(False)),
    )
    row = {
        "run_id": run_id,
        "scenario": scenario,
        "role": role,
        "parameters": canonical_json(case.PARAMETERS),
        "engine": "e",
        "data": "{}",
        "first_date": case.DAYS[0],
        "last_date": case.DAYS[3],
        "status": "done",
        "error": None,
        "buy_and_hold_twin": None,
        "ath_only_twin": None,
        "sweep": None,
        "asked": True,
        "keep": "all",
    } | changes
    table = schemas.table("backtest.runs")
    warehouse.append(table.name, pl.DataFrame([row], schema=table.polars_schema()))
    if row["status"] == "done":
        for name, frame in (("portfolio_days", days), ("fills", fills), ("lots", lots)):
            declared = schemas.table(f"backtest.{name}")
            warehouse.append(declared.name, declared.conform(frame.with_columns(run_id=pl.lit(run_id))))


def add_family(warehouse: Warehouse) -> None:
    """Store a scenario and its two twins, which ended 10 % and 20 % lower."""
    add_run(warehouse, RUN, "mine", buy_and_hold_twin=HOLD, ath_only_twin=CLIMB, sweep="mine of all")
    add_run(warehouse, HOLD, "buy_and_hold~1", "twin", growth=0.9)
    add_run(warehouse, CLIMB, "ath_only~1", "twin", growth=0.8)


def contents(warehouse: Warehouse) -> dict[str, pl.DataFrame]:
    return {name: warehouse.read(name) for name in LISTS}


def test_writes_every_table(warehouse: Warehouse) -> None:
    add_family(warehouse)
    outcome = metrics(warehouse, batch_id="b1")
    assert (outcome.status, outcome.reason, outcome.items) == ("done", "3 runs measured", ())
    counts = {name: warehouse.count(name) for name in (*LISTS, "metrics.history")}
    assert counts == {
        "metrics.runs": 3,
        "metrics.assets": 6,
        "metrics.monthly": 6,
        "metrics.years": 3,
        "metrics.drawdowns": 6,
        "metrics.history": 1,
    }
    assert outcome.rows == sum(counts.values())
    row = warehouse.read("metrics.runs", {"run_id": RUN}).row(0, named=True)
    assert (row["scenario"], row["role"], row["sweep"]) == ("mine", "scenario", "mine of all")
    assert row["synthetic_dividends"] == 216.0
    # 1.051 * 935 / 951 against nine and eight tenths of it
    end = 1.051 * 935 / 951
    assert row["excess_return"] == pytest.approx(0.1 * end, rel=1e-12)
    assert row["baseline_volatility_alpha"] == pytest.approx(0.2 * end, rel=1e-12)
    assert row["buy_and_hold_return"] == pytest.approx(0.9 * end - 1, rel=1e-12)
    history = warehouse.read("metrics.history").row(0, named=True)
    assert (history["batch_id"], history["scenario"], history["run_id"]) == ("b1", "mine", RUN)
    assert history["excess_return"] == row["excess_return"]
    assert history["rules_version"] == RULES
    assert (row["buy_and_hold_withdrawals"], row["ath_only_withdrawals"], row["paid_unlike"]) == (100.0, 100.0, None)


def test_a_run_is_compared_with_its_twin_day_by_day(warehouse: Warehouse) -> None:
    add_family(warehouse)
    metrics(warehouse, batch_id="b1")
    row = warehouse.read("metrics.runs", {"run_id": RUN}).row(0, named=True)
    own = np.array([956 / 998, 1051 / 956, 935 / 951]) - 1
    held = np.array([956 / 998, 1051 / 956, 0.9 * 935 / 951]) - 1
    (_, together), (_, squares) = np.cov(own, held)
    assert row["buy_and_hold_beta"] == pytest.approx(together / squares, rel=1e-12)
    assert row["buy_and_hold_alpha"] == pytest.approx(
        365.25 * (own.mean() - together / squares * held.mean()), rel=1e-12
    )
    assert row["buy_and_hold_correlation"] == pytest.approx(np.corrcoef(own, held)[0, 1], rel=1e-12)
    assert row["buy_and_hold_tracking_error"] == pytest.approx(np.std(own - held, ddof=1) * 365.25**0.5, rel=1e-12)
    # it loses on two of three days, as much as its twin on the first
    lost, more = (956 / 998 * 935 / 951) ** 0.5 - 1, (956 / 998 * 0.9 * 935 / 951) ** 0.5 - 1
    assert row["buy_and_hold_down_capture"] == pytest.approx(lost / more, rel=1e-12)
    assert row["buy_and_hold_up_capture"] == pytest.approx(1.0, rel=1e-12)
    assert {row[name] for name in DAILY if name.startswith("benchmark_")} == {None}
    twin = warehouse.read("metrics.runs", {"run_id": HOLD}).row(0, named=True)
    assert {twin[name] for name in DAILY} == {None}, "it has no twin of its own"


def test_a_twin_measured_on_an_earlier_night_is_compared_with_as_well(warehouse: Warehouse) -> None:
    add_family(warehouse)
    metrics(warehouse, batch_id="b1")
    before = contents(warehouse)
    warehouse.delete("metrics.runs", {"run_id": RUN})
    assert metrics(warehouse, batch_id="b2").reason == "1 run measured, 2 unchanged"
    for name, rows in contents(warehouse).items():
        assert_frame_equal(rows, before[name], check_exact=True, check_row_order=False)


def test_a_second_time_there_is_nothing_to_do(warehouse: Warehouse) -> None:
    add_family(warehouse)
    metrics(warehouse, batch_id="b1")
    before = contents(warehouse)
    outcome = metrics(warehouse, batch_id="b2")
    assert (outcome.status, outcome.reason, outcome.rows) == ("skipped", "3 unchanged", 0)
    assert [item.due for item in plan_metrics(warehouse)] == [False] * 3
    for name, frame in contents(warehouse).items():
        assert_frame_equal(frame, before[name], check_exact=True)
    assert warehouse.read("metrics.history")["batch_id"].to_list() == ["b1"]


def test_forced_it_writes_the_same(warehouse: Warehouse) -> None:
    add_family(warehouse)
    metrics(warehouse, batch_id="b1")
    before = contents(warehouse)
    assert {item.reason for item in plan_metrics(warehouse, force=True)} == {"forced"}
    assert metrics(warehouse, batch_id="b2", force=True).reason == "3 runs measured"
    for name, frame in contents(warehouse).items():
        assert_frame_equal(frame, before[name], check_exact=True)
    assert warehouse.read("metrics.history")["batch_id"].to_list() == ["b1", "b2"]


def test_chunks_change_nothing(warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    add_family(warehouse)
    metrics(warehouse, batch_id="b1")
    before = contents(warehouse)
    monkeypatch.setattr(stage, "CHUNK_DAYS", 5)
    steps: list[tuple[int, int]] = []
    metrics(warehouse, batch_id="b1", force=True, progress=lambda done, total, _: steps.append((done, total)))
    assert steps == [(1, 3), (2, 3), (3, 3)]
    for name, frame in contents(warehouse).items():
        assert_frame_equal(frame, before[name], check_exact=True)


def test_a_run_that_is_gone_takes_its_metrics_along(warehouse: Warehouse) -> None:
    add_family(warehouse)
    add_run(warehouse, "000000000000000d", "other")
    metrics(warehouse, batch_id="b1")
    warehouse.delete("backtest.runs", {"scenario": "other"})
    outcome = metrics(warehouse, batch_id="b2")
    assert outcome.status == "done"
    assert outcome.reason == "3 unchanged, 1 removed that are gone from backtest.runs"
    for name in LISTS:
        assert "000000000000000d" not in warehouse.read(name)["run_id"].to_list()
    assert warehouse.count("metrics.history", {"scenario": "other"}) == 1


def test_a_twin_that_comes_later_is_compared_with(warehouse: Warehouse) -> None:
    add_run(warehouse, RUN, "mine", buy_and_hold_twin=HOLD)
    metrics(warehouse, batch_id="b1")
    assert warehouse.read("metrics.runs")["excess_return"].to_list() == [None]
    add_run(warehouse, HOLD, "buy_and_hold~1", "twin", growth=0.9)
    reasons = {item.run["run_id"]: item.reason for item in plan_metrics(warehouse)}
    assert reasons == {RUN: "its buy_and_hold twin can be compared with now", HOLD: "not measured yet"}
    metrics(warehouse, batch_id="b2")
    excess = warehouse.read("metrics.runs", {"run_id": RUN})["excess_return"][0]
    assert excess == pytest.approx(0.1 * 1.051 * 935 / 951, rel=1e-12)


def test_a_changed_formula_makes_all_due(warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    add_family(warehouse)
    metrics(warehouse, batch_id="b1")
    monkeypatch.setattr("sdengine.metrics.version.metrics_fingerprint", lambda: "0" * 16)
    assert {item.reason for item in plan_metrics(warehouse)} == {"the metrics have changed"}
    metrics(warehouse, batch_id="b2")
    assert set(warehouse.read("metrics.runs")["metrics_version"]) == {"0" * 16}


def test_only_the_scenarios_asked_for_and_their_twins(warehouse: Warehouse) -> None:
    add_family(warehouse)
    add_run(warehouse, "000000000000000d", "other")
    metrics(warehouse, batch_id="b1", scenarios=["mine"])
    assert warehouse.read("metrics.runs")["run_id"].to_list() == [RUN, HOLD, CLIMB]


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
