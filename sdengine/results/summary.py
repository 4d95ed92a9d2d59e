"""The figures that tell a run in a few lines, with what each means, as `schemas` declares it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import schemas

if TYPE_CHECKING:
    import polars as pl

HEADLINES = (
    *("final_value", "total_return", "cagr", "cagr_net", "max_drawdown", "volatility", "sharpe"),
    *("synthetic_dividends", "dividends", "withdrawals", "withdrawals_due", "costs", "taxes", "fills", "skipped_buys"),
)
"""Columns of `metrics.runs`, in the order in which they are shown."""


def summary_of(figures: Mapping[str, Any]) -> pl.DataFrame:
    """Make a frame of figure, value and meaning from metrics by name; those that there are not are left out."""
    import polars as pl

    meanings = {column.name: column.in_short() for column in schemas.table("metrics.runs").columns}
    known = [name for name in HEADLINES if figures.get(name) is not None]
    rows = [(name, float(figures[name]), meanings[name]) for name in known]
    return pl.DataFrame(rows, schema={"figure": pl.String, "value": pl.Float64, "meaning": pl.String}, orient="row")
