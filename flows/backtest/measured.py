"""Writing what is kept of runs that were measured where they were computed, and whose detail was let go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from flows.backtest.rows import TOGETHER
from flows.detail.figures import append, keeps_falls, kept_rows, named, with_identity
from flows.detail.measuring import MEASURED

if TYPE_CHECKING:
    import polars as pl
    import pyarrow as pa

    from flows.backtest.runs import WantedRun
    from sdengine.history.run import Chunk
    from warehouse import Warehouse


class Measured:
    """Gathers what is kept of chunks, and appends it together: a table of many columns costs the same for few rows.

    Figures are not yet set beside those of twins: the stage `metrics` does that once all are there. A run whose figures
    break a rule of their table joins `errors`, and none of its rows stays.
    """

    def __init__(self, warehouse: Warehouse, runs: Mapping[str, WantedRun], errors: dict[str, str]) -> None:
        self._warehouse, self._runs, self._errors = warehouse, runs, errors
        self._bare = [run.run_id for run in runs.values() if not keeps_falls(run.role, run.keep)]
        self._frames: dict[str, list[pl.DataFrame]] = {}
        self._orders: list[pa.Table] = []
        self._count = 0

    @property
    def holds(self) -> bool:
        """Tell whether there are runs of which nothing has been appended yet."""
        return self._count > 0

    def add(self, chunk: Chunk, ids: Sequence[str]) -> int:
        """Take a chunk, and append once there is enough; the number of rows appended."""
        import polars as pl

        from warehouse.incoming import with_run_ids

        names = pl.Series("run_id", ids)
        self._orders.append(with_run_ids(chunk.tables["orders"], ids))
        for table in MEASURED:
            self._frames.setdefault(table, []).append(named(_frame(chunk, table), names))
        self._count += len(chunk.positions)
        return self.append() if self._count >= TOGETHER else 0

    def append(self) -> int:
        """Append what has been gathered; the number of rows."""
        import polars as pl
        import pyarrow as pa

        if not self._count:
            return 0
        broken: dict[str, str] = {}
        orders = pa.concat_tables(self._orders).unify_dictionaries()
        rows = self._warehouse.append("backtest.orders", orders)
        for table, frames in self._frames.items():
            frame = pl.concat(frames)
            frame = self._whole(frame) if table == "metrics.runs" else kept_rows(table, frame, self._bare)
            rows += append(self._warehouse, table, frame, broken)
        for table in (*MEASURED, "backtest.orders") if broken else ():
            self._warehouse.delete(table, {"run_id": list(broken)})
        self._errors.update(broken)
        self._frames, self._orders, self._count = {}, [], 0
        return rows

    def _whole(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Add who the runs are; how they compare is not known."""
        import polars as pl

        from sdengine.metrics import COMPARISONS
        from sdengine.metrics.version import metrics_fingerprint

        known = with_identity(frame, (self._runs[run_id].identity for run_id in frame["run_id"]))
        unknown = (pl.lit(None).alias(name) for name in COMPARISONS)
        return known.with_columns(*unknown, metrics_version=pl.lit(metrics_fingerprint()))


def windows_of(chunk: Chunk, ids: Sequence[str]) -> dict[str, tuple[Any, Any]]:
    """First and last portfolio day of each run."""
    spans = _frame(chunk, "metrics.runs").select("run", "first_date", "last_date")
    return {ids[run]: (first, last) for run, first, last in spans.iter_rows()}


def _frame(chunk: Chunk, table: str) -> pl.DataFrame:
    import polars as pl

    return pl.DataFrame(pl.from_arrow(chunk.tables[table]))
