"""Writing what is kept of runs that were measured where they were computed, and whose detail was let go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from flows.detail.figures import append, named, with_identity
from flows.detail.measuring import MEASURED

if TYPE_CHECKING:
    import polars as pl

    from flows.backtest.runs import WantedRun
    from sdengine.history.run import Chunk
    from warehouse import Warehouse


def append_measured(
    warehouse: Warehouse, chunk: Chunk, ids: Sequence[str], runs: Mapping[str, WantedRun], errors: dict[str, str]
) -> int:
    """Append orders and figures, not yet set beside their twins': the stage `metrics` does that once all are there.

    A run whose figures break a rule of their table joins the errors, and none of its rows stays.
    """
    import polars as pl

    from sdengine.metrics import COMPARISONS
    from sdengine.metrics.version import metrics_fingerprint
    from warehouse.store import with_run_ids

    names = pl.Series("run_id", ids)
    broken: dict[str, str] = {}
    rows = warehouse.append("backtest.orders", with_run_ids(chunk.tables["orders"], ids))
    for table in MEASURED:
        frame = named(_frame(chunk, table), names)
        if table == "metrics.runs":
            frame = with_identity(frame, (runs[run_id].row("") for run_id in frame["run_id"]))
            frame = frame.with_columns(
                *(pl.lit(None).alias(name) for name in COMPARISONS), metrics_version=pl.lit(metrics_fingerprint())
            )
        rows += append(warehouse, table, frame, broken)
    for table in (*MEASURED, "backtest.orders") if broken else ():
        warehouse.delete(table, {"run_id": list(broken)})
    errors.update(broken)
    return rows


def windows_of(chunk: Chunk, ids: Sequence[str]) -> dict[str, tuple[Any, Any]]:
    """First and last portfolio day of each run."""
    spans = _frame(chunk, "metrics.runs").select("run", "first_date", "last_date")
    return {ids[run]: (first, last) for run, first, last in spans.iter_rows()}


def _frame(chunk: Chunk, table: str) -> pl.DataFrame:
    import polars as pl

    return pl.DataFrame(pl.from_arrow(chunk.tables[table]))
