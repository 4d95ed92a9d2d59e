"""Two published files side by side: which runs changed, by how much, and whether data, parameters or engine did it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import schemas
from warehouse.connection import clear_errors, ended_by_ctrl_c
from warehouse.differences import causes
from warehouse.early import open_memory
from warehouse.errors import NoResults
from warehouse.interrupting import interruptible
from warehouse.reading import Answer
from warehouse.statements import literal, statements

if TYPE_CHECKING:
    import duckdb
    import polars as pl

CHANGES = ("added", "removed", "kept", "changed", "broken", "repaired", "unexplained", "same")
"""`kept`: nobody asks for it any more, and it stands as it stood; `broken`: fails now, did not; `repaired`: the
reverse; `unexplained`: other results from the same inputs."""

TOLERANCE = 1e-9
"""Relative difference up to which two metrics are one."""

_RUNS = ("scenario", "change", "cause", "detail", "old_run", "new_run")
_METRICS = ("scenario", "metric", "old", "new", "difference")


@dataclass(frozen=True)
class Diff:
    """`runs`: one row is one scenario: its change, the cause (data, parameters, engine), details in words, both runs.

    `metrics`: one row is one headline metric of one scenario that differs (old, new, difference = new - old).
    """

    old: Path
    new: Path
    runs: pl.DataFrame
    metrics: pl.DataFrame

    def __str__(self) -> str:
        counts = dict(self.runs.group_by("change").len().iter_rows())
        summary = ", ".join(f"{counts[change]} {change}" for change in CHANGES if change in counts)
        return f"{self.old.name} → {self.new.name}: {summary or 'no runs'}"


def compare(old: Path | str, new: Path | str) -> Diff:
    """Compare two published files by scenario; NoResults where one is missing, StorageFailed where it is unreadable."""
    import polars as pl

    before, after = Path(old), Path(new)
    with _whole(before, after), ended_by_ctrl_c(), open_memory() as con:
        for path, name in ((before, "old_file"), (after, "new_file")):
            if not path.is_file():
                raise NoResults(f"there is no published file {path} to compare")
            with clear_errors(path):
                con.execute(f"attach {literal(str(path.resolve()))} as {name} (read_only)")
        with interruptible(con):
            cursor = con.execute(statements("diff")["runs"].sql)
            pairs = Answer([column[0] for column in cursor.description], cursor.fetchall()).records()
            values = {side: _headlines(con, side) for side in ("old_file", "new_file")}
    runs, metrics = [], []
    for pair in pairs:
        moved = _moved(
            pair["scenario"],
            values["old_file"].get(pair["old_run"], {}),
            values["new_file"].get(pair["new_run"], {}),
        )
        metrics += moved
        change, why = _judge(pair, bool(moved))
        details = "; ".join(f"{cause}: {detail}" for cause, detail in why.items())
        runs.append((pair["scenario"], change, ", ".join(why), details, pair["old_run"], pair["new_run"]))
    return Diff(
        before,
        after,
        pl.DataFrame(runs, schema=dict.fromkeys(_RUNS, pl.String), orient="row"),
        pl.DataFrame(
            metrics,
            schema={name: pl.String if name in _METRICS[:2] else pl.Float64 for name in _METRICS},
            orient="row",
        ),
    )


@contextmanager
def _whole(*paths: Path) -> Iterator[None]:
    """Name the file that is damaged, where DuckDB breaks on one."""
    from warehouse.client import duckdb
    from warehouse.stamp import damage

    try:
        yield
    except duckdb.Error as error:
        raise next((wrong for path in paths if (wrong := damage(path)) is not None), error) from None


def headline_metrics() -> tuple[str, ...]:
    """List the metrics that are compared: the numbers that `metrics.history` keeps of every night."""
    return tuple(column.name for column in schemas.table("metrics.history").columns if column.dtype == "DOUBLE")


def _headlines(con: duckdb.DuckDBPyConnection, side: str) -> dict[str, dict[str, float | None]]:
    """Run to its headline metrics, as far as that file's version has them."""
    present = con.execute(statements("diff")["metrics_of_runs"].sql, {"side": side}).fetchall()
    names = [name for name in headline_metrics() if (name,) in present]
    rows = con.execute(f"select run_id, {', '.join(names)} from {side}.metrics.runs").fetchall()
    return {run_id: dict(zip(names, numbers, strict=True)) for run_id, *numbers in rows}


def _moved(scenario: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """Rows for the metrics that both files have and that differ beyond TOLERANCE."""
    rows: list[tuple[Any, ...]] = []
    for metric in (name for name in old if name in new):
        was, now = old[metric], new[metric]
        if was is None or now is None:
            if was is not now:
                rows.append((scenario, metric, was, now, None))
        elif abs(now - was) > TOLERANCE * max(abs(was), abs(now)):
            rows.append((scenario, metric, was, now, now - was))
    return rows


def _judge(pair: Mapping[str, Any], moved: bool) -> tuple[str, dict[str, str]]:
    """Tell what happened to a scenario, and the causes with their details."""
    if pair["old_run"] is None or pair["new_run"] is None:
        return ("added" if pair["old_run"] is None else "removed"), {}
    if not pair["new_asked"]:
        return "kept", {}
    sides = [{key: pair[f"{side}_{key}"] for key in ("parameters", "data", "engine")} for side in ("old", "new")]
    why = causes(*sides)
    if pair["new_status"] != pair["old_status"]:
        broke = pair["new_status"] == "failed"
        return ("broken" if broke else "repaired"), why | ({"error": str(pair["new_error"])} if broke else {})
    if why:
        return "changed", why
    return ("unexplained" if moved else "same"), {}
