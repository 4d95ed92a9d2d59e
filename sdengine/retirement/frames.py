"""The frames of a study: their columns and types, in the order of the room's README."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sdengine.retirement.cast import Role
from sdengine.retirement.figures import FIGURES
from sdengine.retirement.rows import Row, key_of, ranks

if TYPE_CHECKING:
    import polars as pl

Part = tuple[Role, dict[str, Any], NDArray[np.float64]]

KEY = ("plan", "years", "rate", "who")
PLANS = (
    *KEY, "basis", "rule", "cases", "span_first", "span_last", "span_years", "success", "success_low", "success_high",
    "independent", "mc_error", "paid_share", "months_in_full", "longest_short", "deepest_short", "unpaid_real",
    "depleted", "first_depleted_month", "swr_0", "swr_5", "swr_10", "swr_50", "pwr_0", "pwr_5", "pwr_10", "pwr_50",
    "rate_cases", "rate_top", "monotone", "final_real_5", "final_real_25", "final_real_50", "final_real_75",
    "final_real_95", "kept_share", "first_income_real", "lowest_income_ratio", "income_change_sd", "cut_share",
    "floor", "below_floor", "floor_shortfall", "reason",
)  # fmt: skip
WINDOWS = (*KEY, "start", "end", "rank", "swr", "pwr", *FIGURES)
PATHS = (*KEY, "path", "rank", *FIGURES)
FAN = (*KEY, "basis", "year", "quantile", "value_real", "income_real")
CHANGES = (*KEY, "basis", "which", "start", "path", "date", "change", "before", "after")
MONTHS = ("month", "date", "value", "value_real", "asked", "paid", "asked_real", "paid_real")

WHOLE = frozenset({
    "plan", "years", "cases", "longest_short", "first_depleted_month", "rate_cases", "rank", "path", "months_short",
    "cuts", "years_below_floor", "year", "month",
})  # fmt: skip
DATES = frozenset({"span_first", "span_last", "start", "end", "date", "failed_on", "depleted_on"})
TEXTS = frozenset({"who", "basis", "rule", "reason", "which", "change"})
FLAGS = frozenset({"monotone"})


def frame(columns: Sequence[str], rows: Sequence[Row]) -> pl.DataFrame:
    """Make a frame of rows; what a row lacks is null."""
    import polars as pl

    return pl.DataFrame({name: [row.get(name) for row in rows] for name in columns}, schema=_schema(columns))


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
    return pl.Series(name, [value] * count, _type(name))


def _cast(name: str) -> pl.Expr:
    """Give a column its type; days are ordinals before."""
    import polars as pl

    whole = pl.col(name).cast(pl.Int32) if name in DATES else pl.col(name)
    return whole.cast(_type(name))


def _schema(columns: Sequence[str]) -> dict[str, Any]:
    return {name: _type(name) for name in columns}


def _type(name: str) -> Any:
    import polars as pl

    if name in WHOLE:
        return pl.Int32
    if name in DATES:
        return pl.Date
    if name in TEXTS:
        return pl.String
    return pl.Boolean if name in FLAGS else pl.Float64
