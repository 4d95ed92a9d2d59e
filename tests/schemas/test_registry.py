"""Every column of metrics and judge is defined: a figure by its formula and all that is to be known of it."""

from __future__ import annotations

import re

import pytest

import schemas
from schemas.columns import RUN_ID, Table, number, whole
from schemas.figures import ALWAYS, NOT, Figure, sign_by_bounds
from schemas.registry import SETTINGS, defined_tables, definitions

ROWS = list(definitions())
FIGURES = [row for row in ROWS if row["kind"] == "figure"]
MEASURED = ("DOUBLE", "BIGINT", "INTEGER", "BOOLEAN", "DATE")
"""Types of what is measured; words name rows or say why."""

OTHER_WORDS = {"monthly_amount", "buy_and_hold", "ath_only"}
"""Words in formulas that are no columns: a key of a scenario, and what runs are compared with."""


def undefined(table: type[Table]) -> list[str]:
    """List the columns that are measured and say not how: no figures, no settings, no part of the key."""
    return [
        column.name
        for column in table.columns
        if column.dtype in MEASURED and column.figure is None and column.name not in (*SETTINGS, *table.key)
    ]


@pytest.mark.parametrize("table", defined_tables(), ids=lambda table: table.name)
def test_every_figure_of_a_table_is_defined(table: type[Table]) -> None:
    assert undefined(table) == []
    assert [row["name"] for row in ROWS if row["table_name"] == table.name] == list(table.names())


def test_a_column_without_a_definition_is_found() -> None:
    class Figures(Table, name="metrics.naked", key=("run_id",), written_by="metrics", grain="one row is one run"):
        run_id = RUN_ID
        growth = number("How it grew", unit="ratio")
        trades = whole("How often it traded", figure=Figure("number of fills"))

    assert undefined(Figures) == ["growth"]


def test_the_tables_of_both_stages_are_defined() -> None:
    names = {table.name for table in schemas.tables() if table.name.startswith(("metrics.", "judge."))}
    assert {row["table_name"] for row in ROWS} == names - {"metrics.definitions"}
    assert len({row["id"] for row in ROWS}) == len(ROWS)


def test_there_are_at_least_seventy_figures_of_a_run() -> None:
    assert sum(row["table_name"] == "metrics.runs" for row in FIGURES) >= 70


@pytest.mark.parametrize("row", FIGURES, ids=lambda row: row["id"])
def test_nothing_is_left_unsaid(row: dict[str, str]) -> None:
    assert all(value and value.strip() == value for name, value in row.items()), row
    assert (row["unit"] == "fraction a year") <= (row["annualised"] != NOT)


def test_where_a_figure_may_be_null_it_says_when_and_nowhere_else() -> None:
    for table in defined_tables():
        for column in table.columns:
            if column.figure is not None:
                assert column.nullable == (column.figure.nothing != ALWAYS), f"{table.name}.{column.name}"


def test_formulas_name_columns_that_there_are() -> None:
    columns = {column.name for table in schemas.tables() for column in table.columns}
    said = {(row["id"], word) for row in FIGURES for word in re.findall(r"[a-z]+(?:_[a-z]+)+", row["formula"])}
    assert len(said) > 60
    assert {(name, word) for name, word in said if word not in columns | OTHER_WORDS} == set()


@pytest.mark.parametrize(
    ("bounds", "said"),
    [
        ((None, None, None), "either"), ((0, None, None), "0 or more"), ((0, None, 1), "from 0 to 1"),
        ((None, 0, None), "above 0"), ((None, 0, 1), "above 0 to 1"), ((-1, None, 1), "from -1 to 1"),
    ],
)  # fmt: skip
def test_signs_are_read_from_the_bounds(bounds: tuple[float | None, ...], said: str) -> None:
    assert sign_by_bounds(*bounds) == said


def test_a_columns_comment_tells_formula_and_null() -> None:
    column = next(one for one in schemas.table("metrics.runs").columns if one.name == "sharpe")
    assert column.comment() == (
        "Mean daily return above cash_rate over the standard deviation, annualised [ratio]; ="
        " mean(r - f) / sd(r) * sqrt(p); null: fewer than two returns, or no dispersion"
    )
