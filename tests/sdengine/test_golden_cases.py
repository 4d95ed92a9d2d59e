"""The hand-worked cases against the oracle and the engine; the arithmetic stands on top of each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.golden.loader import HERE, Case, load, names
from tests.oracle import run_oracle
from tests.oracle.agreement import by_lot
from tests.oracle.compare import differences
from tests.oracle.engine_side import engine_twin, run_engine
from tests.oracle.twins import twin_of

Tables = dict[str, list[dict[str, Any]]]
Runner = Callable[[Case], Tables]


def oracle_tables(case: Case) -> Tables:
    return vars(run_oracle(case.scenario if case.twin is None else twin_of(case.scenario, case.twin), case.bars))


def engine_tables(case: Case) -> Tables:
    return run_engine(case.scenario if case.twin is None else engine_twin(case.scenario, case.twin), case.bars)


@pytest.mark.parametrize("run", [oracle_tables, engine_tables], ids=["oracle", "engine"])
@pytest.mark.parametrize("name", names())
def test_hand_worked_case(name: str, run: Runner) -> None:
    case = load(name)
    money = case.scenario["portfolio"]["initial_cash"]
    tables = run(case)
    tables["lots"] = by_lot(tables["lots"])
    found = [d for key, rows in case.expected.items() for d in differences(key, rows, tables[key], money=money)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("name", names())
def test_the_arithmetic_of_each_case_is_written_out(name: str) -> None:
    arithmetic = (HERE / f"{name}.toml").read_text(encoding="utf-8").split("\n\n")[0]
    assert all(line.startswith("# ") for line in arithmetic.splitlines())
    assert any(sign in arithmetic for sign in "0123456789")


def test_a_case_with_one_number_changed_is_noticed() -> None:
    case = load("one_bracket_down_and_up")
    tables = oracle_tables(case)
    tables["lots"] = by_lot(tables["lots"])
    for table, rows in case.expected.items():
        for number, row in enumerate(rows):
            for column, value in row.items():
                if isinstance(value, float):
                    wrong = [dict(r) for r in rows]
                    wrong[number][column] = value + 0.001 + abs(value) * 1e-6
                    assert differences(table, wrong, tables[table], money=200_000), (table, number, column)
