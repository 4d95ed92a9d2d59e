"""The comparer: every changed number must be noticed."""

from __future__ import annotations

import copy
from datetime import timedelta
from typing import Any

import pytest

from tests.oracle import run_oracle
from tests.oracle.agreement import without_dust
from tests.oracle.compare import differences
from tests.strategies.lively import LIVELY, lively_scenario
from tests.strategies.markets import make_bars

SCENARIO = lively_scenario("hybrid", "nearest", "full") | {
    "withdrawal": {"monthly_amount": 500.0, "coverage_ratio_min": 0.1},
    "arbitrage": {"threshold": 0.1, "fraction": 0.1},
}
TABLES = vars(run_oracle(SCENARIO, make_bars(1, LIVELY, days=80)))
COLUMNS = [(table, column) for table, rows in TABLES.items() for column in rows[0]]


def changed(value: Any) -> Any:
    """Something else of the same kind, as little different as must be noticed."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if isinstance(value, float):
        return value + 1e-3 + abs(value) * 1e-8
    if isinstance(value, str):
        return value + "X"
    return 0.0 if value is None else value + timedelta(days=1)


@pytest.mark.parametrize(("table", "column"), COLUMNS)
def test_one_changed_value_is_noticed(table: str, column: str) -> None:
    rows = TABLES[table]
    for number in {0, len(rows) // 2, len(rows) - 1}:
        other = copy.deepcopy(rows)
        other[number][column] = changed(other[number][column])
        assert len(differences(table, rows, other, money=100_000.0)) == 1


@pytest.mark.parametrize("table", sorted(TABLES))
def test_a_missing_or_added_row_or_column_is_noticed(table: str) -> None:
    rows = TABLES[table]
    assert differences(table, rows, rows[:-1])
    assert differences(table, rows[:-1], rows)
    assert differences(table, rows, [{k: v for k, v in row.items() if k != "date" and k != "qty"} for row in rows])


def test_equal_tables_agree() -> None:
    for table, rows in TABLES.items():
        assert differences(table, rows, copy.deepcopy(rows)) == []


def test_not_a_number_never_agrees() -> None:
    assert differences("t", [{"total": float("nan")}], [{"total": float("nan")}])


def test_dust_is_dropped_but_small_lots_are_kept() -> None:
    pieces: list[dict[str, Any]] = [
        {"lot": 0, "qty": 5.0, "close_seq": None},
        {"lot": 0, "qty": 4e-16, "close_seq": 3},
        {"lot": 1, "qty": 1e-8, "close_seq": None},
    ]
    assert [(p["lot"], p["qty"]) for p in without_dust(pieces)] == [(0, 5.0), (1, 1e-8)]
