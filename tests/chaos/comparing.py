"""Two warehouses, row by row, by SQL: what one has and the other has not, both ways."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import duckdb

import schemas
from warehouse.parts import used_files, whole_place

OF_HISTORY = ("raw.fetches", "raw.revisions", "raw.left_out", "raw.holes", "backtest.parts", "metrics.history")
"""Tables that tell of the nights themselves: how often was asked, what was before, which files of parts are left."""


def differences(one: Path, other: Path) -> tuple[dict[str, int], int]:
    """Count the rows that only one of two warehouses has, by table, and all rows that were compared.

    Left out are the ledger and OF_HISTORY, of raw rows when, by which batch and from where they came, and what a run's
    part is called; rows of detail are compared wherever they stand.
    """
    differing, compared = {}, 0
    in_parts = {}
    with duckdb.connect() as con:
        for name, folder in (("one", one), ("other", other)):
            con.execute(f"attach '{folder / 'work.duckdb'}' as {name} (read_only)")
            in_parts[name] = _in_parts(con, name, folder)
        for table in schemas.tables():
            room = table.name.split(".")[0]
            if room in ("ops",) or table.name in OF_HISTORY:
                continue
            kept = ", ".join(column.name for column in table.columns if not _is_of_history(room, column))
            places = {side: [f"{side}.{table.name}", *in_parts[side][table.name]] for side in in_parts}
            rows = [" union all ".join(f"select {kept} from {place}" for place in own) for own in places.values()]
            ((only, lost, all_rows),) = con.execute(
                f"select (select count(*) from (({rows[0]}) except all ({rows[1]}))),"
                f" (select count(*) from (({rows[1]}) except all ({rows[0]}))), (select count(*) from ({rows[1]}))"
            ).fetchall()
            compared += all_rows
            if only or lost:
                differing[table.name] = only + lost
    return differing, compared


def _in_parts(con: duckdb.DuckDBPyConnection, side: str, folder: Path) -> dict[str, list[str]]:
    """Write SQL of the rows of each table that stand in files."""
    con.execute(f"use {side}")  # `used_files` is about the present database
    sources: dict[str, list[str]] = defaultdict(list)
    for file in used_files(con):
        path = f"{whole_place(file.place, folder)}/{file.file}"
        own = f"(from read_parquet('{path}') semi join {side}.backtest.runs using (run_id, part))"
        sources[f"backtest.{file.holds}"].append(own)
    return sources


def _is_of_history(room: str, column: schemas.Column) -> bool:
    if room == "raw":
        return column.dtype == "TIMESTAMP" or column.name in ("batch_id", "place")
    return (room, column.name) == ("backtest", "part")
