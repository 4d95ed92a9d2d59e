"""The stage `metrics`: what the engine did in, what it amounts to out.

A run has metrics or is due; nothing else decides. Runs that are gone from `backtest.runs` lose their metrics, and a
scenario whose twin was missing gets its comparison once the twin is there. All of it is one transaction.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from warehouse.statements import statement

if TYPE_CHECKING:
    import polars as pl

    from warehouse import Warehouse

Progress = Callable[[int, int], None]
"""Called with (runs measured, runs in all)."""

CHUNK_DAYS = 600_000
"""Calendar days of runs that are measured at once: bounds the memory, whatever the number of runs."""

LISTS = ("assets", "monthly", "drawdowns")
INPUTS = ("days", "fills", "lots", "opportunities")
TWINS = ("buy_and_hold", "ath_only")
IDENTITY = ("run_id", "scenario", "role", "sweep", *(f"{twin}_twin" for twin in TWINS))


@dataclass(frozen=True)
class MetricsItem:
    """One run, and whether and why its metrics are due."""

    run_id: str
    scenario: str
    due: bool
    reason: str
    run: Mapping[str, Any] = field(repr=False, default_factory=dict)


@dataclass(frozen=True)
class MetricsReceipt:
    """What the stage did: rows written, runs computed, removed and unchanged, and by scenario why a run failed."""

    rows: int
    computed: int
    removed: int
    unchanged: int
    seconds: float
    failures: dict[str, str]

    @property
    def status(self) -> Literal["done", "skipped", "failed"]:
        """Failed when a run could not be measured; skipped when there was nothing to do."""
        if self.failures:
            return "failed"
        return "done" if self.computed or self.removed else "skipped"

    @property
    def reason(self) -> str:
        """The receipt as a sentence."""
        parts = [
            f"{self.computed} runs measured" if self.computed else "",
            f"{len(self.failures)} could not be measured" if self.failures else "",
            f"{self.unchanged} unchanged" if self.unchanged else "",
            f"{self.removed} removed that are gone from backtest.runs" if self.removed else "",
        ]
        return ", ".join(part for part in parts if part) or "no finished runs"


def plan_metrics(
    warehouse: Warehouse, *, force: bool = False, scenarios: Sequence[str] | None = None
) -> list[MetricsItem]:
    """Every finished run in order of run_id, due or not, with the reason. Writes nothing.

    `scenarios`: names of the scenarios that are looked at, with their twins; None: all.
    """
    from sdengine.metrics.version import metrics_fingerprint

    version = metrics_fingerprint()
    runs = [row for row in warehouse.query(statement("metrics/runs")).iter_rows(named=True) if row["status"] == "done"]
    if scenarios is not None:
        runs = _with_twins(runs, set(scenarios))
    finished = {run["run_id"] for run in runs}
    return [MetricsItem(run["run_id"], run["scenario"], *_judge(run, finished, version, force), run) for run in runs]


def metrics(
    warehouse: Warehouse,
    *,
    batch_id: str,
    force: bool = False,
    scenarios: Sequence[str] | None = None,
    progress: Progress | None = None,
) -> MetricsReceipt:
    """Measure the runs that are due and write `metrics.*` in one transaction.

    `metrics.history` gets a row for each scenario measured, under `batch_id`. A run that cannot be measured has no
    rows, and its reason stands in the receipt.
    """
    started = time.monotonic()
    items = plan_metrics(warehouse, force=force, scenarios=scenarios)
    due = [item.run for item in items if item.due]
    gone = [run_id for (run_id,) in warehouse.query(statement("metrics/vanished")).iter_rows()]
    rows, failures = 0, dict[str, str]()
    if due or gone:
        with warehouse.transaction():
            for name in ("runs", *LISTS):
                warehouse.delete(f"metrics.{name}", {"run_id": [*gone, *(run["run_id"] for run in due)]})
            if due:
                rows, failures = _measure(warehouse, due, batch_id, progress)
    return MetricsReceipt(
        rows,
        len(due) - len(failures),
        len(gone),
        len(items) - len(due),
        time.monotonic() - started,
        failures,
    )


def _with_twins(runs: list[dict[str, Any]], names: set[str]) -> list[dict[str, Any]]:
    """The runs of the scenarios with these names, and the runs that they are compared with."""
    chosen = [run for run in runs if run["role"] == "scenario" and run["scenario"] in names]
    ids = {run[f"{twin}_twin"] for run in chosen for twin in TWINS} | {run["run_id"] for run in chosen}
    return [run for run in runs if run["run_id"] in ids]


def _judge(run: Mapping[str, Any], finished: set[str], version: str, force: bool) -> tuple[bool, str]:
    """Whether the metrics of a finished run are due, and why."""
    if run["metrics_version"] is None:
        return True, "not measured yet"
    if run["metrics_version"] != version:
        return True, "the metrics have changed"
    for twin in TWINS:
        if run[f"{twin}_twin"] != run[f"known_{twin}_twin"]:
            return True, f"its {twin} twin is another run now"
        if run[f"{twin}_twin"] in finished and not run[f"has_{twin}"]:
            return True, f"its {twin} twin can be compared with now"
    return (True, "forced") if force else (False, "unchanged: its run has been measured")


def _measure(
    warehouse: Warehouse, due: Sequence[Mapping[str, Any]], batch_id: str, progress: Progress | None
) -> tuple[int, dict[str, str]]:
    """Measure the runs chunk by chunk and write their rows; the number of rows, and by scenario what went wrong."""
    import polars as pl

    import schemas
    from sdengine.metrics import TWIN_COLUMNS, batch_metrics, compare_with_twins
    from sdengine.metrics.parameters import tickers_of
    from sdengine.metrics.version import metrics_fingerprint

    tickers, closes = list[str](), pl.DataFrame()
    rows, done, failures, measured = 0, 0, dict[str, str](), []
    for chunk in _chunks(due):
        parameters = {place: json.loads(run["parameters"]) for place, run in enumerate(chunk)}
        if (needed := sorted({ticker for run in parameters.values() for ticker in tickers_of(run)})) != tickers:
            tickers, closes = needed, warehouse.query(statement("metrics/closes"), {"tickers": needed})
        ids = pl.Series("run_id", [run["run_id"] for run in chunk])
        tables = {name: warehouse.query(statement(f"metrics/{name}"), {"run_ids": ids.to_list()}) for name in INPUTS}
        found = batch_metrics(parameters, {"portfolio_days": tables.pop("days"), **tables}, closes)
        for name in LISTS:
            rows += _append(warehouse, f"metrics.{name}", _named(getattr(found, name), ids))
        measured.append(_named(found.runs, ids))
        failures |= {chunk[run]["scenario"]: reason for run, reason in found.failures.items()}
        done += len(chunk)
        if progress is not None:
            progress(done, len(due))
    types = schemas.table("metrics.runs").polars_schema()
    identity = pl.DataFrame(
        [{name: run[name] for name in IDENTITY} for run in due], schema={name: types[name] for name in IDENTITY}
    )
    mine = pl.concat(measured, how="vertical_relaxed").join(identity, on="run_id", maintain_order="left")
    known = warehouse.read("metrics.runs", columns=TWIN_COLUMNS)
    twins = pl.concat([known, mine.select(TWIN_COLUMNS).cast(known.schema)])
    full = compare_with_twins(mine, twins).with_columns(metrics_version=pl.lit(metrics_fingerprint()))
    rows += _append(warehouse, "metrics.runs", full)
    history = full.filter(pl.col("role") == "scenario").with_columns(batch_id=pl.lit(batch_id))
    named = {"batch_id": batch_id, "scenario": history["scenario"].to_list()}
    return rows + warehouse.replace("metrics.history", _fitting("metrics.history", history), named), failures


def _chunks(runs: Sequence[Mapping[str, Any]]) -> Iterator[list[Mapping[str, Any]]]:
    """The runs in stretches of at most CHUNK_DAYS calendar days, at least one run each."""
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
    """The frame with the run's run_id in the place of its number in the chunk."""
    return frame.with_columns(run_id=ids.gather(frame["run"])).drop("run")


def _append(warehouse: Warehouse, table: str, frame: pl.DataFrame) -> int:
    return warehouse.append(table, _fitting(table, frame))


def _fitting(table: str, frame: pl.DataFrame) -> pl.DataFrame:
    """The frame's columns that the table has, in its types."""
    import schemas

    declared = schemas.table(table)
    return declared.conform(frame.select(declared.names()))
