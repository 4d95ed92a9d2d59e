"""The stage `backtest`: clean bars and scenarios in, what the engine did out.

What is in `backtest.*` afterwards is what today's scenarios ask for on today's bars, and nothing else: rows of runs
that no scenario wants any more go in the same transaction. Asked for some scenarios by name, the stage leaves the
runs of the others as they are.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from typing import TYPE_CHECKING, Any

from flows.backtest.computing import Computing
from flows.backtest.plan import PlannedRuns, plan_runs
from flows.backtest.runs import Judged, WantedRun
from flows.backtest.workers import read_workers
from flows.outcomes import ItemOutcome, Progress, StageOutcome
from flows.stages import BACKTEST
from sdengine.scenario.twins import TWINS

if TYPE_CHECKING:
    from flows.night.opening import Night
    from sdengine.history.run import Chunk
    from sdengine.scenario import Scenario
    from warehouse import Warehouse

RUN_TABLES = ("fills", "portfolio_days", "lots", "opportunities", "orders")


def work(night: Night) -> StageOutcome:
    """Run what is due in a night; once that is committed, the parts that it left are removed."""
    from flows.backtest.engine_start import start_engine

    computing = _computing(night)
    night.committed.append(computing.forget)
    return backtest(
        night.warehouse,
        night.scenarios,
        invalid=night.invalid,
        force=night.request.force,
        keep_others=bool(night.request.scenarios),
        computing=computing,
        before=lambda: start_engine(night.listener.note),
        progress=night.progress(BACKTEST),
    )


def _computing(night: Night) -> Computing:
    """Who computes the runs: whoever was asked for, but without Prefect, which hands out the work, threads."""
    settings = night.request.settings
    workers = read_workers(settings.workers)
    if workers.kind != "threads" and night.fan is None:
        night.listener.note(f"without Prefect, threads compute the runs, and not the workers {settings.workers}")
        workers = read_workers("threads")
    return Computing(
        workers,
        settings.parts_place,
        fan=night.fan,
        others_stay=bool(night.request.scenarios),
        note=night.listener.note,
    )


def backtest(
    warehouse: Warehouse,
    scenarios: Sequence[Scenario],
    *,
    invalid: Mapping[str, str] | None = None,
    force: bool = False,
    keep_others: bool = False,
    computing: Computing | None = None,
    before: Callable[[], None] | None = None,
    progress: Progress | None = None,
) -> StageOutcome:
    """Run what is due and write it in one transaction; a scenario that cannot be run is a row with its reason.

    `invalid`: scenarios that could not even be read, with the reason; they are reported as failed, and have no runs.
    `before`: called once before the engine is, if it will be.
    `computing`: who computes the runs; by default a thread of this process.
    `keep_others`: the runs of scenarios that are not among `scenarios` stay.
    """
    started = time.monotonic()
    planned = plan_runs(warehouse, scenarios, force=force)
    due = [judged.run for judged in planned.judged if judged.due]
    kept = _kept(planned, keep_others)
    obsolete = {row["run_id"] for row in planned.existing} - kept
    rows, errors = 0, {run.run_id: run.problem for run in due if run.problem is not None}
    if before is not None and any(run.problem is None for run in due):
        before()
    if due or obsolete:
        with warehouse.transaction():
            warehouse.keep_runs(sorted(kept))
            rows = _write(warehouse, due, planned, errors, computing or Computing(), progress)
    items = [
        _outcome(judged, errors.get(judged.run.run_id))
        for judged in planned.judged
        if judged.run.role == "scenario" or judged.run.run_id in errors
    ]
    items += [ItemOutcome(item.item, "skipped", item.reason) for item in planned.elsewhere]
    items += [ItemOutcome(name, "failed", reason) for name, reason in (invalid or {}).items()]
    named = {judged.run.name for judged in planned.judged}
    gone = sum(
        row["role"] == "scenario" and row["run_id"] in obsolete and row["scenario"] not in named
        for row in planned.existing
    )
    return StageOutcome.over(
        BACKTEST,
        sorted(items, key=lambda item: item.item),
        _summary(items, len(planned.elsewhere), len(due), gone, planned.remarks),
        rows,
        time.monotonic() - started,
        changed=bool(due or gone),
    )


def _kept(planned: PlannedRuns, keep_others: bool) -> set[str]:
    """List the run_ids whose rows stay: the wanted and unchanged, and with `keep_others` all other scenarios'."""
    kept = {judged.run.run_id for judged in planned.judged if not judged.due}
    if keep_others:
        ours = {judged.run.name for judged in planned.judged if judged.run.role == "scenario"}
        rerun = {judged.run.run_id for judged in planned.judged if judged.due}
        others = [row for row in planned.existing if row["role"] == "scenario" and row["scenario"] not in ours]
        kept |= {row["run_id"] for row in others}
        kept |= {row[f"{twin}_twin"] for row in others for twin in TWINS} - {None} - rerun
    return kept & {row["run_id"] for row in planned.existing}


def _write(
    warehouse: Warehouse,
    due: Sequence[WantedRun],
    planned: PlannedRuns,
    errors: dict[str, str],
    computing: Computing,
    progress: Progress | None,
) -> int:
    """Run `due`, append what comes out, add what broke to `errors`; the number of rows written."""
    import polars as pl

    import schemas

    runnable = [run for run in due if run.problem is None]
    windows: dict[str, tuple[Any, Any]] = {}
    rows, done = 0, 0
    with closing(computing(runnable, planned.bars)) as results:
        for chunk, ids in results:
            errors.update({ids[position]: reason for position, reason in chunk.failures.items()})
            if chunk.tables:
                rows += _append_chunk(warehouse, chunk, ids, errors)
                windows.update(_windows(chunk.tables["portfolio_days"], ids))
            done += len(chunk.positions)
            if progress is not None:
                progress(done, len(runnable), "")
    records = []
    for run in due:
        error = errors.get(run.run_id)
        first, last = (None, None) if error is not None else windows.get(run.run_id, (None, None))
        records.append(run.row(planned.engine, first, last, error))
    table = schemas.table("backtest.runs")
    return rows + warehouse.append(table.name, table.conform(pl.DataFrame(records, schema=table.polars_schema())))


def _append_chunk(warehouse: Warehouse, chunk: Chunk, ids: Sequence[str], errors: dict[str, str]) -> int:
    """Append the tables of a chunk. Where rows break a rule of their table, the runs that they belong to fail alone."""
    import pyarrow.compute as pc

    from schemas import InvalidTable

    def append(tables: Mapping[str, Any], run_ids: Sequence[str]) -> int:
        try:
            return sum(warehouse.append(f"backtest.{name}", with_run_ids(tables[name], ids)) for name in RUN_TABLES)
        except InvalidTable:
            for name in RUN_TABLES:
                warehouse.delete(f"backtest.{name}", {"run_id": list(run_ids)})
            raise

    from warehouse.store import with_run_ids

    try:
        return append(chunk.tables, [ids[position] for position in chunk.positions])
    except InvalidTable:
        rows = 0
        for position in sorted(set(chunk.positions) - set(chunk.failures)):
            own = {name: table.filter(pc.equal(table["run"], position)) for name, table in chunk.tables.items()}
            try:
                rows += append(own, [ids[position]])
            except InvalidTable as error:
                errors[ids[position]] = f"its result breaks a rule: {error}".split(", first in")[0]
        return rows


def _windows(days: Any, ids: Sequence[str]) -> dict[str, tuple[Any, Any]]:
    """First and last portfolio day of each run of a chunk."""
    import polars as pl

    spans = pl.DataFrame(days.select(["run", "date"])).group_by("run").agg(pl.min("date"), pl.max("date").alias("last"))
    return {ids[run]: (first, last) for run, first, last in spans.iter_rows()}


def _outcome(judged: Judged, error: str | None) -> ItemOutcome:
    if error is not None:
        return ItemOutcome(judged.run.name, "failed", error)
    return ItemOutcome(judged.run.name, "done" if judged.due else "skipped", judged.reason)


def _summary(items: Sequence[ItemOutcome], elsewhere: int, runs: int, gone: int, remarks: Mapping[str, str]) -> str:
    """One sentence over all scenarios."""
    failed = sum(item.status == "failed" for item in items)
    unchanged = sum(item.status == "skipped" for item in items) - elsewhere
    parts = [
        f"{runs} runs (scenarios and their twins)" if runs else "",
        f"{failed} scenarios failed" if failed else "",
        f"{unchanged} scenarios unchanged" if unchanged else "",
        f"{elsewhere} scenarios for another source" if elsewhere else "",
        f"{gone} scenarios removed that nobody asks for any more" if gone else "",
    ]
    told = "".join(f"; {name} {remark}" for name, remark in list(remarks.items())[:3])
    return ", ".join(part for part in parts if part) + told + (" and more" if len(remarks) > 3 else "")
