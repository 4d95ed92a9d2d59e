"""The stage `metrics`: what the engine did in, what it amounts to out.

Runs that are gone from `backtest.runs` lose their metrics, and a scenario whose twin was missing gets its comparison
once the twin is there. All of it is one transaction.
"""

from __future__ import annotations

import json
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from flows.metrics.plan import plan_metrics
from flows.outcomes import ItemOutcome, Progress, StageOutcome
from flows.stages import METRICS
from sdengine.scenario.twins import COMPARED
from warehouse.statements import statement

if TYPE_CHECKING:
    import polars as pl

    from flows.night.opening import Night
    from warehouse import Warehouse

CHUNK_DAYS = 600_000
"""Calendar days of runs that are measured at once: bounds the memory, whatever the number of runs."""

LISTS = ("assets", "monthly", "years", "drawdowns")
INPUTS = ("days", "fills", "lots", "opportunities")
IDENTITY = (
    "run_id",
    "scenario",
    "role",
    "sweep",
    "benchmark",
    "benchmark_reason",
    *(f"{twin}_twin" for twin in COMPARED),
)


def work(night: Night) -> StageOutcome:
    """Measure what is due in a night."""
    return metrics(
        night.warehouse,
        batch_id=night.batch_id,
        force=night.request.force,
        scenarios=night.chosen,
        progress=night.progress(METRICS),
    )


def metrics(
    warehouse: Warehouse,
    *,
    batch_id: str,
    force: bool = False,
    scenarios: Collection[str] | None = None,
    progress: Progress | None = None,
) -> StageOutcome:
    """Measure the runs that are due and write `metrics.*` in one transaction.

    `metrics.history` gets a row for each scenario measured, under `batch_id`. A run that cannot be measured, or whose
    figures no table holds, fails after all: it is an item of the outcome, with its reason; the others are none.
    """
    started = time.monotonic()
    items = plan_metrics(warehouse, force=force, scenarios=scenarios)
    due = [item.run for item in items if item.due]
    gone = [run_id for (run_id,) in warehouse.rows(statement("metrics/vanished"))]
    rows, failures = 0, dict[str, str]()
    if due or gone:
        with warehouse.transaction():
            for name in ("runs", *LISTS):
                warehouse.delete(f"metrics.{name}", {"run_id": [*gone, *(run["run_id"] for run in due)]})
            if due:
                rows, failures = _measure(warehouse, due, batch_id, progress)
    measured = len(due) - len(failures)
    return StageOutcome.over(
        METRICS,
        [ItemOutcome(scenario, "failed", reason) for scenario, reason in failures.items()],
        _summary(measured, len(failures), len(items) - len(due), len(gone)),
        rows,
        time.monotonic() - started,
        changed=bool(measured or gone),
    )


def _summary(measured: int, failed: int, unchanged: int, removed: int) -> str:
    """One sentence over all runs."""
    parts = [
        f"{measured} runs measured" if measured else "",
        f"{failed} could not be measured" if failed else "",
        f"{unchanged} unchanged" if unchanged else "",
        f"{removed} removed that are gone from backtest.runs" if removed else "",
    ]
    return ", ".join(part for part in parts if part) or "no finished runs"


def _measure(
    warehouse: Warehouse, due: Sequence[Mapping[str, Any]], batch_id: str, progress: Progress | None
) -> tuple[int, dict[str, str]]:
    """Measure the runs chunk by chunk and write their rows; the number of rows, and by scenario what went wrong."""
    import polars as pl

    import schemas
    from sdengine.metrics import TWIN_COLUMNS, batch_metrics, compare_with_twins
    from sdengine.metrics.parameters import tickers_of
    from sdengine.metrics.version import metrics_fingerprint
    from sdengine.version import RULES

    tickers, closes = list[str](), pl.DataFrame()
    rows, done, broken, measured = 0, 0, dict[str, str](), []
    for chunk in _chunks(due):
        parameters = {place: json.loads(run["parameters"]) for place, run in enumerate(chunk)}
        if (needed := sorted({ticker for run in parameters.values() for ticker in tickers_of(run)})) != tickers:
            tickers, closes = needed, warehouse.frame(statement("metrics/closes"), {"tickers": needed})
        ids = pl.Series("run_id", [run["run_id"] for run in chunk])
        tables = {name: warehouse.frame(statement(f"metrics/{name}"), {"run_ids": ids.to_list()}) for name in INPUTS}
        results = batch_metrics(parameters, {"portfolio_days": tables.pop("days"), **tables}, closes)
        for name in LISTS:
            rows += _append(warehouse, f"metrics.{name}", _named(getattr(results, name), ids), broken)
        measured.append(_named(results.runs, ids))
        broken |= {chunk[run]["run_id"]: reason for run, reason in results.failures.items()}
        done += len(chunk)
        if progress is not None:
            progress(done, len(due), "")
    types = schemas.table("metrics.runs").polars_schema()
    identity = pl.DataFrame(
        [{name: run[name] for name in IDENTITY} for run in due], schema={name: types[name] for name in IDENTITY}
    )
    mine = pl.concat(measured, how="vertical_relaxed").join(identity, on="run_id", maintain_order="left")
    known = warehouse.read("metrics.runs", columns=TWIN_COLUMNS)
    twins = pl.concat([known, mine.select(TWIN_COLUMNS).cast(known.schema)])
    full = compare_with_twins(mine, twins).with_columns(metrics_version=pl.lit(metrics_fingerprint()))
    rows += _append(warehouse, "metrics.runs", full, broken)
    warehouse.fail_runs(broken)
    failures = {run["scenario"]: broken[run["run_id"]] for run in due if run["run_id"] in broken}
    sound = full.filter(~pl.col("run_id").is_in(list(broken)) & (pl.col("role") == "scenario"))
    history = sound.with_columns(batch_id=pl.lit(batch_id), rules_version=pl.lit(RULES, pl.Int64))
    named = {"batch_id": batch_id, "scenario": history["scenario"].to_list()}
    return rows + warehouse.replace("metrics.history", _fitting("metrics.history", history), named), failures


def _chunks(runs: Sequence[Mapping[str, Any]]) -> Iterator[list[Mapping[str, Any]]]:
    """Cut the runs into stretches of at most CHUNK_DAYS calendar days, at least one run each."""
    chunk: list[Mapping[str, Any]] = []
    days = 0
    for run in runs:
        if chunk and days + run["days"] > CHUNK_DAYS:
            yield chunk
            chunk, days = [], 0
        chunk.append(run)
        days += run["days"]
    if chunk:
        yield chunk


def _named(frame: pl.DataFrame, ids: pl.Series) -> pl.DataFrame:
    """Put the run's run_id in the place of its number in the chunk."""
    return frame.with_columns(run_id=ids.gather(frame["run"])).drop("run")


def _append(warehouse: Warehouse, table: str, frame: pl.DataFrame, broken: dict[str, str]) -> int:
    """Append the rows of all runs but `broken`; where rows break a rule of their table, their runs alone join those."""
    import polars as pl

    from schemas import InvalidTable

    fitting = _fitting(table, frame.filter(~pl.col("run_id").is_in(list(broken))))
    try:
        return warehouse.append(table, fitting)
    except InvalidTable:
        rows = 0
        for (run_id,), own in fitting.group_by("run_id", maintain_order=True):
            try:
                rows += warehouse.append(table, own)
            except InvalidTable as error:
                broken[str(run_id)] = f"its figures break a rule: {error}".split(", first in")[0]
        return rows


def _fitting(table: str, frame: pl.DataFrame) -> pl.DataFrame:
    """Choose the frame's columns that the table has, in its types."""
    import schemas

    declared = schemas.table(table)
    return declared.conform(frame.select(declared.names()))
