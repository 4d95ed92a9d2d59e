"""Every rule fires on data that breaks it, and on nothing else: pandera and the SQL of one declaration agree."""

import datetime
import math
from typing import Any

import duckdb
import polars as pl
import pytest

import schemas
from schemas.frames import sound
from schemas.table import Column, Table
from tests.schemas.examples import a_good_row


def bad_values(column: Column) -> list[object]:
    """Work out from the declaration's words which values break a rule."""
    bad: list[object] = [] if column.nullable else [None]
    if column.dtype == "DOUBLE" and column.finite:
        bad += [math.nan, math.inf, -math.inf]
    bad += [column.gt] if column.gt is not None else []
    bad += [column.ge - 1] if column.ge is not None else []
    bad += [column.lt] if column.lt is not None else []
    bad += [column.le + 1] if column.le is not None else []
    bad += ["something else"] if column.isin else []
    bad += ["not this one"] if column.matches else []
    return bad


def sql_offences(table: type[Table], frame: pl.DataFrame) -> set[tuple[str, int]]:
    """Give column and row of each SQL condition that is true in `frame`."""
    offences = table.offences()
    rows = ", ".join(f"list(k) filter (where {condition})" for _, _, condition in offences)
    with duckdb.connect(config={"threads": 1}) as con:
        con.register("incoming", frame.to_arrow())
        found = con.sql(f"select {rows} from (select *, row_number() over () - 1 as k from incoming)").fetchall()[0]
    return {(column, row) for (column, _, _), rows in zip(offences, found, strict=True) for row in rows or ()}


@pytest.mark.parametrize("table", schemas.tables(), ids=lambda table: table.name)
def test_a_good_row_passes_both(table: type[Table]) -> None:
    frame = a_good_row(table)
    assert table.validate(frame) is frame
    assert sql_offences(table, frame) == set()


@pytest.mark.parametrize("table", schemas.tables(), ids=lambda table: table.name)
def test_a_bad_value_is_found_by_both_and_nothing_else(table: type[Table]) -> None:
    """Good rows, one bad value in each: every rule of a column fires in the row that breaks it, and in no other."""
    good = a_good_row(table)
    mutations = [(column, value) for column in table.columns for value in bad_values(column)]
    frame = pl.concat(
        good.with_columns(pl.Series(column.name, [value], dtype=good.schema[column.name], strict=False))
        for column, value in mutations
    )
    wanted = {(column.name, row): value for row, (column, value) in enumerate(mutations)}
    with pytest.raises(schemas.InvalidTable) as raised:
        table.validate(frame)
    by_pandera: Any = raised.value.__cause__
    for found in (set(by_pandera.failure_cases.select("column", "index").rows()), sql_offences(table, frame)):
        assert {(column, row) for column, row in found if column in table.names()} == wanted.keys()


@pytest.mark.parametrize("table", schemas.tables(), ids=lambda table: table.name)
def test_least_and_greatest_prove_sound_columns_and_no_others(table: type[Table]) -> None:
    """Of good rows all columns but those of chosen words; beside a bad value, and good ones around it, not its own."""
    good = a_good_row(table)
    worded = {column.name for column in table.columns if column.isin or column.matches}
    assert sound(table, good) == set(table.names()) - worded
    for column in table.columns:
        for value in bad_values(column):
            bad = good.with_columns(pl.Series(column.name, [value], dtype=good.schema[column.name], strict=False))
            found = sound(table, pl.concat([good, bad, good]))
            assert found == set(table.names()) - worded - {column.name}, (column.name, value)


def test_a_column_without_values_is_sound_where_null_is_allowed() -> None:
    lots = a_good_row(schemas.table("backtest.lots"))
    none = lots.with_columns(close_price=pl.lit(None, pl.Float64), qty=pl.lit(None, pl.Float64))
    assert "close_price" in sound(schemas.table("backtest.lots"), none)
    assert "qty" not in sound(schemas.table("backtest.lots"), none)


@pytest.mark.parametrize("table", [table for table in schemas.tables() if table.unique], ids=lambda table: table.name)
def test_a_doubled_key_is_refused(table: type[Table]) -> None:
    row = a_good_row(table)
    with pytest.raises(schemas.InvalidTable, match=r"multiple_fields_uniqueness|unique"):
        table.validate(pl.concat([row, row]))


@pytest.mark.parametrize(
    ("name", "rule", "changes"),
    [
        ("clean.bars", "low_is_lowest", {"low": 2.0}),
        ("clean.bars", "high_is_highest", {"high": 0.25}),
        ("clean.checks", "failed_within_checked", {"rows_failed": 2}),
        ("backtest.runs", "failure_has_reason", {"status": "failed"}),
        ("backtest.runs", "failure_has_reason", {"error": "broken"}),
        ("backtest.runs", "window_in_order", {"last_date": datetime.date(2023, 1, 1)}),
        ("backtest.lots", "closed_or_open", {"gain": None}),
        ("backtest.lots", "closed_or_open", {"closed_on": None}),
        ("backtest.lots", "closed_after_opened", {"closed_on": datetime.date(2023, 1, 1)}),
    ],
)
def test_rules_over_several_columns_fire(name: str, rule: str, changes: dict) -> None:
    table = schemas.table(name)
    good = a_good_row(table)
    bad = good.with_columns(pl.Series(key, [value], dtype=good.schema[key]) for key, value in changes.items())
    with pytest.raises(schemas.InvalidTable, match=rule):
        table.validate(bad)
    assert ("row", 0) in sql_offences(table, bad)


def test_the_message_counts_and_shows_the_first_row() -> None:
    fills = schemas.table("backtest.fills")
    rows = pl.concat([a_good_row(fills).with_columns(seq=pl.lit(k, pl.Int32), qty=pl.lit(-1.0)) for k in range(3)])
    with pytest.raises(
        schemas.InvalidTable, match=r"backtest\.fills: qty: .* fails 3 times, first -1\.0 in row .*'seq': 0"
    ):
        fills.validate(rows)


def test_a_lazy_frame_is_refused_because_its_data_would_not_be_looked_at() -> None:
    table = schemas.table("ops.batches")
    with pytest.raises(TypeError, match="LazyFrame"):
        table.validate(a_good_row(table).lazy())  # type: ignore[arg-type]  # on purpose


def test_columns_missing_unknown_or_of_another_type_are_named() -> None:
    table = schemas.table("ops.migrations")
    frame = a_good_row(table).rename({"step": "steps"}).cast({"version": pl.Int64})
    with pytest.raises(
        schemas.SchemaMismatch, match=r"missing step; unknown steps; version is Int64, declared is Int32"
    ):
        table.validate(frame)


def test_conform_orders_and_casts_once_without_loss() -> None:
    table = schemas.table("ops.migrations")
    frame = (
        a_good_row(table)
        .cast({"version": pl.Float64, "applied_at": pl.Datetime("ns")})
        .select("step", pl.exclude("step"))
    )
    assert table.conform(frame).equals(a_good_row(table))
    with pytest.raises(schemas.SchemaMismatch, match="version holds fractions"):
        table.conform(frame.with_columns(version=pl.lit(1.5)))
    with pytest.raises(schemas.SchemaMismatch, match=r"ops\.migrations"):
        table.conform(frame.with_columns(version=pl.lit("one")))
    with pytest.raises(schemas.SchemaMismatch, match="missing digest"):
        table.conform(frame.drop("digest"))


def test_the_model_is_a_strict_pandera_model_that_carries_unit_and_meaning() -> None:
    import pandera.polars as pa

    model = schemas.table("backtest.fills").model()
    assert issubclass(model, pa.DataFrameModel)
    schema = model.to_schema()
    assert schema.strict
    assert not schema.coerce
    assert schema.columns["costs"].description == "Commissions of the fill; slippage is in the price"
    assert schema.columns["costs"].metadata == {"unit": "money"}
