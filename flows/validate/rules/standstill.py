"""Bars that stand still: the same prices, no volume, a year at one price."""

from __future__ import annotations

import numpy as np
import polars as pl

from flows.validate.rules.base import Rule
from schemas.columns import PRICES


def prepare(bars: pl.DataFrame) -> pl.DataFrame:
    """Add _still and _idle to bars that passed, sorted by ticker and date: the length of the run that a bar stands in.

    _still: consecutive bars with the same four prices · _idle: consecutive bars with a volume of zero, 0 for others.
    """
    first = (pl.col("ticker") != pl.col("ticker").shift(1)).fill_null(True)
    moved = first | ~pl.all_horizontal(pl.col(name) == pl.col(name).shift(1) for name in PRICES).fill_null(False)
    idle = (pl.col("volume") == 0).fill_null(False)
    marks = bars.select(moved=moved, idle=idle, broken=first | (idle != idle.shift(1)).fill_null(True))
    standing = _run_lengths(marks["moved"].to_numpy())
    idling = np.where(marks["idle"].to_numpy(), _run_lengths(marks["broken"].to_numpy()), 0)
    return bars.with_columns(_still=pl.Series(standing), _idle=pl.Series(idling))


def _run_lengths(begins: np.ndarray) -> np.ndarray:
    """For each place, how long the run is that it stands in; a run begins wherever `begins` is true."""
    if not len(begins):
        return np.zeros(0, dtype=np.int64)
    starts = np.flatnonzero(begins)
    lengths = np.diff(np.append(starts, len(begins)))
    return np.repeat(lengths, lengths).astype(np.int64)


def years(bars: pl.DataFrame) -> pl.DataFrame:
    """One row per ticker and calendar year: row, ticker, year, bars, closes (how many different ones)."""
    per_year = bars.group_by("ticker", year=pl.col("date").dt.year()).agg(
        bars=pl.len(), closes=pl.col("close").n_unique()
    )
    return per_year.sort("ticker", "year").with_columns(row=pl.int_range(pl.len()))


RULES = (
    Rule(
        "stale_run",
        "bar",
        "warning",
        "several bars in a row have the same four prices",
        lambda limits: pl.col("_still") < limits.stale_bars,
        lambda: pl.format("stands in a run of {} equal bars", "_still"),
        ("stale_bars",),
    ),
    Rule(
        "zero_volume_run",
        "bar",
        "warning",
        "many bars in a row have a volume of zero",
        lambda limits: pl.col("_idle") < limits.zero_volume_bars,
        lambda: pl.format("stands in a run of {} bars without volume", "_idle"),
        ("zero_volume_bars",),
    ),
    Rule(
        "stub_year",
        "year",
        "warning",
        "a whole year stands at one price or two",
        lambda limits: (pl.col("bars") < 100) | (pl.col("closes") > limits.stub_closes),
        lambda: pl.format("{} has {} bars and {} different closes", "year", "bars", "closes"),
        ("stub_closes",),
    ),
)
