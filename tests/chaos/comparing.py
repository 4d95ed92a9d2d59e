"""Two warehouses, row by row, by SQL: what one has and the other has not, both ways."""

from __future__ import annotations

from pathlib import Path

import duckdb

import schemas

OF_HISTORY = ("raw.fetches", "raw.revisions", "raw.left_out", "raw.holes", "metrics.history")
"""Tables that tell of the nights themselves: how often was asked, what was before."""


def differences(one: Path, other: Path) -> tuple[dict[str, int], int]:
    """Count the rows that only one of two warehouses has, by table, and all rows that were compared.

    Left out are the ledger and OF_HISTORY, and of raw rows when, by which batch and from where they came.
    """
    differing, compared = {}, 0
    with duckdb.connect() as con:
        for name, folder in (("one", one), ("other", other)):
            con.execute(f"attach '{folder / 'work.duckdb'}' as {name} (read_only)")
        for table in schemas.tables():
            room = table.name.split(".")[0]
            if room in ("ops",) or table.name in OF_HISTORY:
                continue
            kept = [c.name for c in table.columns if room != "raw" or not _is_of_history(c)]
            rows = [f"select {', '.join(kept)} from {side}.{table.name}" for side in ("one", "other")]
            ((only, lost, all_rows),) = con.execute(
                f"select (select count(*) from ({rows[0]} except all {rows[1]})),"
                f" (select count(*) from ({rows[1]} except all {rows[0]})), (select count(*) from ({rows[1]}))"
            ).fetchall()
            compared += all_rows
            if only or lost:
                differing[table.name] = only + lost
    return differing, compared


def _is_of_history(column: schemas.Column) -> bool:
    return column.dtype == "TIMESTAMP" or column.name in ("batch_id", "place")
