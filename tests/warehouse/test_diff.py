"""What changed between two published nights, by how much, and who did it."""

import json
from pathlib import Path

import polars as pl
import pytest

from tests.warehouse import books
from warehouse import NoResults, StorageFailed, Warehouse
from warehouse.diff import compare, headline_metrics
from warehouse.differences import data_differences, parameter_differences

RUN, OTHER = books.RUN, "00000000000000ff"


def two_nights(warehouse: Warehouse, *changes: str) -> tuple[Path, Path]:
    """Publish, apply some SQL, publish again; the two files. The audits look away: the books are not at stake here."""
    first = warehouse.publish(warehouse.ledger.start("run", "hand"))
    kept = first.path.rename(warehouse.directory / "before.duckdb")
    for sql in changes:
        warehouse.rows(sql)
    return kept, warehouse.publish(warehouse.ledger.start("run", "hand")).path


@pytest.fixture(autouse=True)
def no_audit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("warehouse.publish.audit", lambda con, **_: [])


def only_run(old: Path, new: Path) -> dict:
    [row] = compare(old, new).runs.rows(named=True)
    return row


def test_the_same_night_twice_shows_nothing(warehouse: Warehouse) -> None:
    diff = compare(*two_nights(warehouse))
    assert diff.runs.rows() == [("by hand", "same", "", "", RUN, RUN)]
    assert diff.metrics.is_empty()
    assert str(diff) == "before.duckdb → results.duckdb: 1 same"


def new_run(**changes: str) -> list[str]:
    """Make SQL after which the scenario's run is another one, some of its columns being changed."""
    sets = ", ".join(f"{name} = '{value}'" for name, value in {"run_id": OTHER, **changes}.items())
    moves = [f"update {table} set run_id = '{OTHER}'" for table in ("metrics.runs", "metrics.assets")]
    return [f"update backtest.runs set {sets}", *moves]


def test_data_did_it_and_by_how_much(warehouse: Warehouse) -> None:
    data = json.loads(books.DATA) | {"A": ["2024-01-02", "2024-01-08", 4, "z"]}
    moved = "update metrics.runs set final_value = final_value * 1.5, cagr = null"
    diff = compare(*two_nights(warehouse, *new_run(data=json.dumps(data)), moved))
    detail = "data: A 3 bars to 2024-01-05 → 4 bars to 2024-01-08"
    assert diff.runs.rows() == [("by hand", "changed", "data", detail, RUN, OTHER)]
    was = warehouse.scalar("select final_value / 1.5 from metrics.runs")
    assert diff.metrics.filter(metric="final_value").rows() == [
        ("by hand", "final_value", pytest.approx(was), pytest.approx(was * 1.5), pytest.approx(was * 0.5))
    ]
    assert diff.metrics.filter(metric="cagr")["new"].to_list() == [None]
    assert diff.metrics.height == 2


def test_parameters_and_engine_did_it(warehouse: Warehouse) -> None:
    parameters = json.dumps({"portfolio": {"initial_cash": 2000.0, "path": "single"}})
    row = only_run(*two_nights(warehouse, *new_run(parameters=parameters, engine="e2")))
    assert row["change"] == "changed"
    assert row["cause"] == "parameters, engine"
    assert row["detail"] == (
        "parameters: portfolio.initial_cash: 1000 → 2000, portfolio.path: none → single; engine: e1 → e2"
    )


def test_other_results_from_the_same_inputs_are_unexplained(warehouse: Warehouse) -> None:
    row = only_run(*two_nights(warehouse, "update metrics.runs set total_return = total_return + 0.01"))
    assert row["change"] == "unexplained"


def test_added_removed_broken_repaired(warehouse: Warehouse) -> None:
    old, new = two_nights(
        warehouse,
        "insert into backtest.runs by name select * replace ('00000000000000dd' as run_id, 'another' as scenario)"
        " from backtest.runs",
        "update backtest.runs set status = 'failed', error = 'no bars' where scenario = 'by hand'",
    )
    forward = compare(old, new).runs.select("scenario", "change", "detail").rows()
    assert forward == [("another", "added", ""), ("by hand", "broken", "error: no bars")]
    backward = compare(new, old).runs.select("scenario", "change", "detail").rows()
    assert backward == [("another", "removed", ""), ("by hand", "repaired", "")]


def test_twins_are_left_out(warehouse: Warehouse) -> None:
    twin = "insert into backtest.runs by name select * replace ('00000000000000dd' as run_id, 'twin' as role)"
    diff = compare(*two_nights(warehouse, f"{twin} from backtest.runs"))
    assert diff.runs["scenario"].to_list() == ["by hand"]


def test_differences_in_words() -> None:
    old = {"assets": [{"ticker": "A", "sd_n": 8}, {"ticker": "B", "sd_n": 8}], "portfolio": {"path": "nearest"}}
    new = {"assets": [{"ticker": "B", "sd_n": 6}], "portfolio": {"path": "nearest"}}
    assert parameter_differences(json.dumps(old), json.dumps(new)) == [
        'assets (order): ["A", "B"] → ["B"]',
        "assets.A.sd_n: 8 → none",
        "assets.B.sd_n: 8 → 6",
    ]
    states = {"A": ["2024-01-02", "2024-01-05", 3, "x"], "B": ["2024-01-02", "2024-01-05", 3, "x"]}
    later = {"A": ["2024-01-02", "2024-01-05", 3, "y"], "C": ["2024-01-02", "2024-01-05", 3, "x"]}
    assert data_differences(json.dumps(states), json.dumps(later)) == "A revised, B gone, C added"


def test_headlines_are_columns_of_both_tables(warehouse: Warehouse) -> None:
    names = headline_metrics()
    assert {"final_value", "total_return", "max_drawdown"} <= set(names)
    assert set(names) <= set(warehouse.frame("from metrics.runs").columns)


def test_files_that_cannot_be_compared(warehouse: Warehouse, tmp_path: Path) -> None:
    warehouse.publish(warehouse.ledger.start("run", "hand"))
    with pytest.raises(NoResults, match="no published file"):
        compare(tmp_path / "nothing.duckdb", warehouse.results_path)
    (tmp_path / "junk.duckdb").write_bytes(b"junk" * 5000)
    with pytest.raises(StorageFailed, match=r"junk\.duckdb"):
        compare(tmp_path / "junk.duckdb", warehouse.results_path)
    assert isinstance(compare(warehouse.results_path, warehouse.results_path).runs, pl.DataFrame)


def test_what_is_kept_unasked_is_not_removed_and_what_only_was_kept_is_no_news(warehouse: Warehouse) -> None:
    old, new = two_nights(warehouse, "update backtest.runs set asked = false")
    assert compare(old, new).runs.select("scenario", "change").rows() == [("by hand", "kept")]
    assert compare(new, old).runs.select("scenario", "change").rows() == [("by hand", "added")]
    assert compare(new, new).runs.is_empty()
