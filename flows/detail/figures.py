"""Measured runs as rows of `metrics.*`, whoever has measured them: this stage, or whoever computed the runs."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from schemas.backtest import ALL
from sdengine.scenario.twins import COMPARED

if TYPE_CHECKING:
    import polars as pl

    from warehouse import Warehouse

LISTS = ("assets", "monthly", "years", "drawdowns")
FALLS = "metrics.drawdowns"
IDENTITY = (
    "run_id",
    "scenario",
    "role",
    "sweep",
    "benchmark",
    "benchmark_reason",
    *(f"{twin}_twin" for twin in COMPARED),
)


def named(frame: pl.DataFrame, ids: pl.Series) -> pl.DataFrame:
    """Put the run's run_id in the place of its number in the chunk."""
    return frame.with_columns(run_id=ids.gather(frame["run"])).drop("run")


def kept_rows(table: str, frame: pl.DataFrame, without_falls: Collection[str]) -> pl.DataFrame:
    """Leave out the falls of those runs; of all other tables, nothing."""
    return without(frame, without_falls) if table == FALLS else frame


def without(frame: pl.DataFrame, run_ids: Collection[str]) -> pl.DataFrame:
    """Leave out the rows of those runs: the same frame where there are none, and no copy."""
    import polars as pl

    return frame.filter(~pl.col("run_id").is_in(list(run_ids))) if run_ids else frame


def keeps_falls(role: str, keep: str) -> bool:
    """Tell whether the falls of a run are stored: those of a twin, a sixth of what is kept of a sweep, nobody reads."""
    return keep == ALL or role == "scenario"


def with_identity(measured: pl.DataFrame, runs: Iterable[Mapping[str, Any]]) -> pl.DataFrame:
    """Add who the runs are, and what they are compared with."""
    import polars as pl

    import schemas

    types = schemas.table("metrics.runs").polars_schema()
    identity = pl.DataFrame(
        [{name: run[name] for name in IDENTITY} for run in runs], schema={name: types[name] for name in IDENTITY}
    )
    return measured.join(identity, on="run_id", maintain_order="left")


def append(warehouse: Warehouse, table: str, frame: pl.DataFrame, broken: dict[str, str]) -> int:
    """Append the rows of all runs but `broken`; where rows break a rule of their table, their runs alone join those."""
    from schemas import InvalidTable

    rows_of_table = fitting(table, without(frame, broken))
    try:
        return warehouse.append(table, rows_of_table)
    except InvalidTable:
        rows = 0
        for (run_id,), own in rows_of_table.group_by("run_id", maintain_order=True):
            try:
                rows += warehouse.append(table, own)
            except InvalidTable as error:
                broken[str(run_id)] = f"its figures break a rule: {error.without_rows}"
        return rows


def fitting(table: str, frame: pl.DataFrame) -> pl.DataFrame:
    """Choose the frame's columns that the table has, in its types."""
    import schemas

    declared = schemas.table(table)
    return declared.conform(frame.select(declared.names()))
