"""Runs as a whole: every row that carries a run's identity, in whatever table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import schemas
from warehouse.statements import statement

if TYPE_CHECKING:
    from warehouse.work import Warehouse

_RUNS, _HISTORY = "backtest.runs", "metrics.history"
"""Who the runs are, and how they were at the time, which outlives them."""


def tables_of_runs() -> list[str]:
    """Every table whose rows belong to a run and go with it; judgements go when their family is judged anew."""
    return [
        table.name
        for table in schemas.tables()
        if "run_id" in table.names() and table.name != _HISTORY and table.written_by != "judge"
    ]


def keep_runs(warehouse: Warehouse, run_ids: Sequence[str]) -> int:
    """Delete the rows of all other runs; the number of runs that went. Tables without such rows are not touched."""
    with warehouse.transaction():
        gone = warehouse.rows(statement("runs/others"), {"run_ids": list(run_ids)})
        for name in tables_of_runs():
            warehouse.rows(f"delete from {name} where run_id not in (select unnest(?::varchar[]))", [list(run_ids)])
    return len(gone)


def ask_for(warehouse: Warehouse, run_ids: Sequence[str]) -> None:
    """Mark these runs as asked for, and all others as not."""
    warehouse.rows(statement("runs/ask_for"), {"run_ids": list(run_ids)})


def fail_runs(warehouse: Warehouse, reasons: Mapping[str, str]) -> None:
    """Mark runs as failed that seemed done, run_id to reason: a figure of theirs cannot be had; their other rows go."""
    with warehouse.transaction():
        for run_id, reason in reasons.items():
            warehouse.rows(statement("runs/fail"), {"run_id": run_id, "reason": reason})
        for name in tables_of_runs() if reasons else ():
            if name != _RUNS:
                warehouse.delete(name, {"run_id": list(reasons)})
