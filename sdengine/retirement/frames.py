"""The frames of a study: their columns and types, as `schemas.retire` declares them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from schemas import table
from sdengine.retirement.cast import Role
from sdengine.retirement.figures import FIGURES
from sdengine.retirement.rows import Row, key_of, ranks

if TYPE_CHECKING:
    import polars as pl

Part = tuple[Role, dict[str, Any], NDArray[np.float64]]

NAMES = {"first_date": "start", "last_date": "end"}
"""What columns are called here that have another name in the warehouse, where `end` is a word of SQL."""


def declared(name: str) -> tuple[str, ...]:
    """Name the columns of a table of `retire`, in their order, without the plan's id."""
    return tuple(NAMES.get(column, column) for column in table(f"retire.{name}").names() if column != "plan_id")


KEY = ("plan", "years", "rate", "who")
PLANS, FAN, CHANGES = map(declared, ("plans", "fan", "changes"))
WINDOWS = (*KEY, "start", "end", "rank", "swr", "pwr", *FIGURES)
PATHS = (*KEY, "path", "rank", *FIGURES)
MONTHS = ("month", "date", "value", "value_real", "asked", "paid", "asked_real", "paid_real")
DATES = frozenset({"span_first", "span_last", "start", "end", "date", "failed_on", "depleted_on"})
"""Columns that are ordinals of days before they are dates."""


def frame(columns: Sequence[str], rows: Sequence[Row]) -> pl.DataFrame:
    """Make a frame of rows; what a row lacks is null."""
    import polars as pl

    return pl.DataFrame(
        {name: [row.get(name) for row in rows] for name in columns}, schema={name: _types()[name] for name in columns}
    )


def case_frame(columns: Sequence[str], parts: Sequence[Part]) -> pl.DataFrame:
    """Make a frame with a row a case: of each role its columns (a number for each case), and the figures [C, 16]."""
    import polars as pl

    frames = []
    for role, own, rows in parts:
        data = key_of(role) | {"rank": ranks(rows)} | own | {name: rows[:, k] for k, name in enumerate(FIGURES)}
        series = [_series(name, data.get(name), len(rows)) for name in columns]
        frames.append(pl.DataFrame(series).with_columns(pl.col(pl.Float64).fill_nan(None)).select(map(_cast, columns)))
    return pl.concat(frames) if frames else frame(columns, ())


def _series(name: str, value: Any, count: int) -> pl.Series:
    import polars as pl

    if isinstance(value, np.ndarray):
        return pl.Series(name, value)
    return pl.Series(name, [value] * count, _types()[name])


def _cast(name: str) -> pl.Expr:
    """Give a column its type; days are ordinals before."""
    import polars as pl

    whole = pl.col(name).cast(pl.Int32) if name in DATES else pl.col(name)
    return whole.cast(_types()[name])


@cache
def _types() -> dict[str, Any]:
    """Tell the type of each column, as the warehouse declares it; `month` is a number of `MONTHS` alone."""
    import polars as pl

    tables = (table(f"retire.{name}").polars_schema() for name in ("plans", "windows", "paths", "fan", "changes"))
    types = {NAMES.get(name, name): kind for each in tables for name, kind in each.items()}
    return dict.fromkeys(MONTHS, pl.Float64()) | types | {"month": pl.Int32()}
