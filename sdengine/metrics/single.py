"""The metrics of one run: a batch of one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sdengine.metrics.arrays import as_frame
from sdengine.metrics.batch import batch_metrics

if TYPE_CHECKING:
    import polars as pl

TABLES = ("portfolio_days", "fills", "lots", "opportunities")


@dataclass(frozen=True)
class RunMetrics:
    """One run measured: `summary` by name of metric (None where a figure does not exist), and its lists of rows."""

    summary: dict[str, Any]
    assets: pl.DataFrame
    monthly: pl.DataFrame
    years: pl.DataFrame
    drawdowns: pl.DataFrame


def run_metrics(
    parameters: Mapping[str, Any],
    portfolio_days: Any,
    fills: Any,
    lots: Any,
    bars: Any,
    *,
    opportunities: Any = None,
    periods_per_year: float | None = None,
) -> RunMetrics:
    """Measure one run from its tables (polars or Arrow, without a run column) and the bars it ran on.

    The figures and their meanings are those of metrics.runs, .assets, .monthly, .years and .drawdowns.

    Raises:
        ValueError: when the run cannot be measured, with the reason.
    """
    import polars as pl

    given = dict(zip(TABLES, (portfolio_days, fills, lots, opportunities), strict=True))
    tables = {name: as_frame(table).with_columns(run=pl.lit(0)) for name, table in given.items() if table is not None}
    measured = batch_metrics({0: parameters}, tables, bars, periods_per_year=periods_per_year)
    if measured.failures:
        raise ValueError(f"run_metrics: {measured.failures[0]}")
    return RunMetrics(
        measured.runs.drop("run").row(0, named=True),
        measured.assets.drop("run"),
        measured.monthly.drop("run"),
        measured.years.drop("run"),
        measured.drawdowns.drop("run"),
    )
