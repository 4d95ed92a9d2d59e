"""Measured records as the frames that the tables are written from.

NaN becomes null, and so does infinity: growth a year of a few days may overflow, and a table holds no such number.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from sdengine.metrics.coverage import coverage, withdrawals_due
from sdengine.metrics.parameters import RUN_COLUMNS, Parameters, flatten
from sdengine.metrics.records import NO_DAY, Records

if TYPE_CHECKING:
    import polars as pl

INTERNAL = ("withdrawals_wanted",)


def is_date(name: str) -> bool:
    """Tell by its name whether a field holds ordinals of dates."""
    return name.endswith(("_on", "_date"))


def frame_of(rows: Records, without: Sequence[str] = ()) -> pl.DataFrame:
    """Make a frame of structured records: dates of ordinals, null for what does not exist."""
    import polars as pl

    columns = []
    for name in rows.dtype.names or ():
        if name in without:
            continue
        values = np.ascontiguousarray(rows[name])
        if values.dtype.kind == "f":
            columns.append(pl.Series(name, np.where(np.isfinite(values), values, np.nan), nan_to_null=True))
            continue
        column, missing = pl.Series(name, values), values == NO_DAY
        if missing.any():
            column = column.set(pl.Series(missing), None)
        columns.append(column.cast(pl.Int32).cast(pl.Date) if is_date(name) else column)
    return pl.DataFrame(columns)


def runs_frame(
    rows: Records, keys: pl.Series, parameters: Sequence[Parameters], assets: Mapping[str, Sequence[Any]]
) -> pl.DataFrame:
    """Make a row a run: key, parameters, metrics. `assets`: `asset_columns` of those of all runs."""
    import polars as pl

    flat, first = [], 0
    for run in parameters:
        last = first + len(run["assets"])
        flat.append(flatten(run, {column: values[first:last] for column, values in assets.items()}))
        first = last
    asked = zip(parameters, rows["months_due"].tolist(), rows["withdrawals_wanted"].tolist(), strict=True)
    due = [withdrawals_due(*each) for each in asked]
    covered = [coverage(*each) for each in zip(rows["synthetic_dividends"].tolist(), due, strict=True)]
    front = {"run": keys} | {name: [run[name] for run in flat] for name in RUN_COLUMNS}
    return pl.concat(
        [
            pl.DataFrame(front, strict=False),
            frame_of(rows, without=INTERNAL),
            pl.DataFrame(
                {"withdrawals_due": due, "coverage": covered},
                schema=[(n, pl.Float64) for n in ("withdrawals_due", "coverage")],
            ),
        ],
        how="horizontal",
    )


def assets_frame(
    rows: Records, keys: pl.Series, assets: Mapping[str, Sequence[Any]], tickers: Sequence[str]
) -> pl.DataFrame:
    """Make a row an asset of a run: key, ticker, its parameters, its metrics. `assets`: as `runs_frame` takes them."""
    import polars as pl

    front: dict[str, Any] = {
        "run": keys.gather(rows["run"]),
        "ticker": [tickers[k] for k in rows["ticker"]],
    }
    front |= assets
    return pl.concat([pl.DataFrame(front, strict=False), frame_of(rows, without=("run", "ticker"))], how="horizontal")


def months_frame(rows: Records, keys: pl.Series) -> pl.DataFrame:
    """Make a row a month of a run; `month` becomes the date of its first day."""
    import polars as pl

    first_days = rows["month"].astype("datetime64[M]").astype("datetime64[D]")
    return frame_of(rows).with_columns(keys_of(rows, keys), month=pl.Series(first_days))


def rows_frame(rows: Records, keys: pl.Series) -> pl.DataFrame:
    """Make a row a year, or a drawdown, of a run."""
    return frame_of(rows).with_columns(keys_of(rows, keys))


def keys_of(rows: Records, keys: pl.Series) -> pl.Series:
    """Find the key of each row's run."""
    return keys.gather(rows["run"]).alias("run")
