"""Rows of `backtest.runs`, written as soon as it is known what they say, while other runs are being computed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flows.backtest.parts.content import Left
    from flows.backtest.runs import WantedRun
    from warehouse import Warehouse

TOGETHER = 4000
"""Rows, or runs of which rows are made, that are appended at once: with their parameters, so not all of a large sweep.

A table of many columns costs the same for few rows.
"""


class RunRows:
    """Appends the rows of `due` in their order, some thousand at a time.

    errors  why runs failed
    left    what of runs stays in parts, by run_id
    spans   first and last portfolio day of runs; all three are filled while runs are computed
    """

    def __init__(
        self,
        warehouse: Warehouse,
        due: Sequence[WantedRun],
        engine: str,
        errors: Mapping[str, str],
        left: Mapping[str, Left],
    ) -> None:
        self._warehouse, self._due, self._engine, self._errors, self._left = warehouse, due, engine, errors, left
        self.spans: dict[str, tuple[Any, Any]] = {}
        self._settled = {run.run_id for run in due if run.problem is not None}
        self._next = self._ready = 0

    def settle(self, run_ids: Iterable[str]) -> int:
        """Append the rows of those of which nothing more is to be known, if they are many; the number of rows."""
        self._settled.update(run_ids)
        while self._ready < len(self._due) and self._due[self._ready].run_id in self._settled:
            self._ready += 1
        return sum(self._append(TOGETHER) for _ in range((self._ready - self._next) // TOGETHER))

    def finish(self) -> int:
        """Append all that are left; the number of rows."""
        return sum(self._append(TOGETHER) for _ in range(self._next, len(self._due), TOGETHER))

    def _append(self, most: int) -> int:
        import polars as pl

        import schemas

        table = schemas.table("backtest.runs")
        runs = self._due[self._next : self._next + most]
        self._next += len(runs)
        frame = pl.DataFrame([self._row(run) for run in runs], schema=table.polars_schema())
        return self._warehouse.append(table.name, table.conform(frame))

    def _row(self, run: WantedRun) -> dict[str, Any]:
        error = self._errors.get(run.run_id)
        first, last = (None, None) if error is not None else self.spans.get(run.run_id, (None, None))
        left = self._left.get(run.run_id)
        return run.row(self._engine, first, last, error, None if left is None else left.name)
