"""The pandera model of each table, made from its declaration. Importing this imports pandera, which takes seconds."""

from __future__ import annotations

import datetime
import warnings
from typing import TYPE_CHECKING, Any

import polars as pl

with warnings.catch_warnings():  # pandera's own imports may warn of what they import
    warnings.simplefilter("ignore")
    import pandera.polars as pa

from schemas.errors import InvalidTable
from schemas.frames import check_columns

if TYPE_CHECKING:
    from schemas.table import Column, Rule, Table

_ANNOTATIONS: dict[str, Any] = {
    "VARCHAR": str,
    "DATE": datetime.date,
    "TIMESTAMP": pl.Datetime("us"),
    "DOUBLE": float,
    "BIGINT": int,
    "INTEGER": pl.Int32,
    "BOOLEAN": bool,
}
_MODELS: dict[type[Table], type[pa.DataFrameModel]] = {}


def model(table: type[Table]) -> type[pa.DataFrameModel]:
    """Make a strict `DataFrameModel` that never coerces: types, nulls, bounds, finiteness, unique key, row rules."""
    if table in _MODELS:
        return _MODELS[table]
    body: dict[str, Any] = {
        "__doc__": f"{table.name}: {table.grain}.",
        "__module__": table.__module__,
        "__annotations__": {column.name: _ANNOTATIONS[column.dtype] for column in table.columns},
        "Config": type(
            "Config",
            (),
            {"strict": True, "coerce": False, "name": table.name, "unique": list(table.key) if table.unique else None},
        ),
    }
    body.update((column.name, _field(column)) for column in table.columns)
    if finite := [column.name for column in table.columns if column.dtype == "DOUBLE" and column.finite]:
        body["check_finite"] = pa.check(*finite, name="finite")(_is_finite)
    body.update((f"rule_{rule.name}", pa.dataframe_check(name=rule.name)(_row_check(rule))) for rule in table.rules)
    _MODELS[table] = type(table.__name__, (pa.DataFrameModel,), body)
    return _MODELS[table]


def validate(table: type[Table], frame: pl.DataFrame) -> pl.DataFrame:
    """Return `frame` if it obeys `table`; refuse a LazyFrame, because pandera would not look at its data."""
    if not isinstance(frame, pl.DataFrame):
        raise TypeError(f"{table.name}: validate() needs a polars DataFrame, given was {type(frame).__name__}")
    check_columns(table, frame)
    try:
        model(table).validate(frame, lazy=True)
    except pa.errors.SchemaErrors as error:
        raise InvalidTable(f"{table.name}: {describe(error.failure_cases, frame)}") from error
    return frame


def describe(cases: pl.DataFrame, frame: pl.DataFrame) -> str:
    """Sum up pandera's failure cases, a sentence per column and check: how many rows, and the first of them."""
    grouped = cases.group_by("column", "check", maintain_order=True).agg(
        pl.len().alias("count"), pl.col("failure_case").first(), pl.col("index").first()
    )
    parts = []
    for case in grouped.iter_rows(named=True):
        row = "" if case["index"] is None else f" in row {frame.row(case['index'], named=True)}"
        parts.append(
            f"{case['column']}: {case['check']} fails {case['count']} times, first {case['failure_case']}{row}"
        )
    return "; ".join(parts)


def _field(column: Column) -> Any:
    """Make the pandera Field of one column; its unit travels in the metadata."""
    rules: dict[str, Any] = {key: getattr(column, key) for key in ("gt", "ge", "lt", "le")}
    rules["isin"] = None if column.isin is None else list(column.isin)
    rules["str_matches"] = None if column.matches is None else f"^(?:{column.matches})$"
    return pa.Field(
        nullable=column.nullable,
        description=column.meaning,
        metadata={"unit": column.unit},
        **{name: bound for name, bound in rules.items() if bound is not None},
    )


def _is_finite(cls: type, data: pa.PolarsData) -> pl.LazyFrame:
    """Tell where the value is a finite number."""
    return data.lazyframe.select(pl.col(data.key).is_finite())


def _row_check(rule: Rule) -> Any:
    """Make the rule's SQL a check that polars evaluates; null counts as good, as in SQL's own checks."""

    def holds(cls: type, data: pa.PolarsData) -> pl.LazyFrame:
        return data.lazyframe.select(pl.sql_expr(rule.holds).fill_null(True))

    return holds
