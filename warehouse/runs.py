"""Runs as a whole: every row that carries a run's identity, in whatever table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import schemas
from warehouse.interrupting import interruptible
from warehouse.statements import statement

if TYPE_CHECKING:
    import duckdb

_RUNS, _HISTORY = "backtest.runs", "metrics.history"
"""Who the runs are, and how they were at the time, which outlives them."""


def tables_of_runs() -> list[str]:
    """Every table whose rows belong to a run and go with it; judgements go when their family is judged anew."""
    return [
        table.name
        for table in schemas.tables()
        if "run_id" in table.names() and table.name != _HISTORY and table.written_by != "judge"
    ]


def keep_runs(con: duckdb.DuckDBPyConnection, run_ids: Sequence[str]) -> int:
    """Delete the rows of all other runs; the number of runs that went. Tables without such rows are not touched."""
    gone = con.execute(statement("runs/others"), {"run_ids": list(run_ids)}).fetchall()
    for name in tables_of_runs():
        with interruptible(con):
            con.execute(f"delete from {name} where run_id not in (select unnest(?::varchar[]))", [list(run_ids)])
    return len(gone)


def ask_for(con: duckdb.DuckDBPyConnection, run_ids: Sequence[str]) -> None:
    """Mark these runs as asked for, and all others as not."""
    con.execute(statement("runs/ask_for"), {"run_ids": list(run_ids)})


def fail_runs(con: duckdb.DuckDBPyConnection, reasons: Mapping[str, str]) -> None:
    """Mark runs as failed that seemed done, each with its reason; their rows in all other tables go."""
    for run_id, reason in reasons.items():
        con.execute(statement("runs/fail"), {"run_id": run_id, "reason": reason})
    for name in tables_of_runs():
        if name != _RUNS:
            with interruptible(con):
                con.execute(f"delete from {name} where run_id in (select unnest(?::varchar[]))", [list(reasons)])
