"""The stage `metrics` on a warehouse of hand-made runs: what is due, what is written, what goes."""

from __future__ import annotations

import numpy as np
import pytest
from polars.testing import assert_frame_equal

import flows.metrics.work as stage
from flows.metrics.plan import plan_metrics
from flows.metrics.work import metrics
from sdengine.metrics import DAILY
from sdengine.version import RULES_VERSION
from tests.flows.metrics.hand_made import CLIMB, HOLD, LISTS, RUN, add_family, add_run, contents
from warehouse import Warehouse


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
    assert history["rules_version"] == RULES_VERSION
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
