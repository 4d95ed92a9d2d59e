"""The stage `backtest`: clean bars and scenarios in, what the engine did out.

What today's scenarios ask for on today's bars is in `backtest.*` afterwards. A run that a newer one supersedes goes in
the same transaction; one that nobody asks for any more stays and is marked. Asked for some scenarios by name, the stage
leaves the runs of the others as they are.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from typing import TYPE_CHECKING, Any

from flows.backtest.computing import Computing
from flows.backtest.keeping import emptied
from flows.backtest.parts.left import known_files, rows_of
from flows.backtest.plan import PlannedRuns, plan_runs, remarked
from flows.backtest.runs import UNCHANGED, Judged, WantedRun
from flows.backtest.standing import Asking, Row, Standing, names_of
from flows.backtest.workers import read_workers
from flows.detail.figures import keeps_falls
from flows.detail.stored import forget_detail
from flows.outcomes import ItemOutcome, Progress, StageOutcome
from flows.stages import BACKTEST
from schemas.backtest import DETAIL, PARTS
from schemas.shown import counted
from sdengine.words import first_few
from warehouse.runs import ask_for, keep_runs

if TYPE_CHECKING:
    from flows.detail.handed import Handed
    from flows.night.opening import Night
    from sdengine.history.run import Chunk
    from sdengine.scenario import Scenario
    from warehouse import Warehouse
    from warehouse.gathering import Gathering

RUN_TABLES = (*DETAIL, "orders")


def work(night: Night) -> StageOutcome:
    """Run what is due in a night; once that is committed, the parts that it left are removed."""
    from flows.backtest.engine_start import start_engine

    computing = _computing(night)
    where = night.request.settings.parts_place
    night.committed.append(lambda: computing.forget(known_files(night.warehouse, where)))
    return backtest(
        night.warehouse,
        night.scenarios,
        Asking.of(night),
        force=night.request.force,
        computing=computing,
        before=lambda: start_engine(night.listener.note),
        progress=night.progress(BACKTEST),
        handed=night.handed,
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
    asking: Asking,
    *,
    force: bool,
    computing: Computing,
    before: Callable[[], None],
    progress: Progress,
    handed: Handed,
) -> StageOutcome:
    """Run what is due and write it in one transaction; a scenario that cannot be run is a row with its reason.

    `asking`: what is asked beside `scenarios`; those that could not be read are reported as failed, and have no runs.
    `before`: called once before the engine is, if it will be.
    `computing`: who computes the runs.
    `handed`: takes what they amount to, where they were measured.
    """
    started = time.monotonic()
    planned = plan_runs(warehouse, scenarios, force=force)
    due = [judged.run for judged in planned.judged if judged.due]
    rows, errors = 0, {run.run_id: run.problem for run in due if run.problem is not None}
    if any(run.problem is None for run in due):
        before()
    after = planned.standing(errors, asking)
    told_anew = {judged.run.run_id: judged.run for judged in planned.judged if judged.told_anew and not judged.due}
    moved = bool(due or told_anew) or after.moves
    if moved:
        with warehouse.transaction():
            anew = {run.run_id for run in due}
            stay = [row["run_id"] for row in planned.existing if row["run_id"] not in anew]
            if len(stay) < len(planned.existing):
                keep_runs(warehouse, stay)
            rows = _write(warehouse, due, planned, errors, computing, progress, handed)
            after = planned.standing(errors, asking)  # once more: only now it is known what failed
            if after.gone:
                keep_runs(warehouse, sorted(after.kept))
            ask_for(warehouse, sorted(after.asked))
            empty = emptied(planned.existing, told_anew.values())
            forget_detail(  # behind what goes or is asked no more: under that, bars may have been restated
                warehouse, empty, [run for run in empty if not keeps_falls(told_anew[run].role, told_anew[run].keep)]
            )
            _tell_anew(warehouse, told_anew, planned.existing)
    items = [
        _outcome(judged, errors.get(judged.run.run_id), after)
        for judged in planned.judged
        if judged.run.role == "scenario" or judged.run.run_id in errors
    ]
    items += [ItemOutcome(item.item, "skipped", item.reason + after.remark(item.item)) for item in planned.elsewhere]
    items += [ItemOutcome(name, "failed", reason + after.remark(name)) for name, reason in asking.unread.items()]
    return StageOutcome.over(
        BACKTEST,
        sorted(items, key=lambda item: item.item),
        _summary(items, len(planned.elsewhere), len(due), after, planned.remarks),
        rows,
        time.monotonic() - started,
        changed=moved,
        next_time=None if errors or asking.unread or asking.others_stay else _next_time(planned, after),
    )


def _next_time(planned: PlannedRuns, after: Standing) -> StageOutcome | None:
    """Tell what the stage says when nothing has changed; None where something is left aside, which takes a look."""
    if after.aside or after.pruned:
        return None
    names = [judged.run.name for judged in planned.judged if judged.run.role == "scenario"]
    items = [ItemOutcome(name, "skipped", remarked(UNCHANGED, name, planned.remarks)) for name in names]
    items += [ItemOutcome(item.item, "skipped", item.reason) for item in planned.elsewhere]
    summary = _summary(items, len(planned.elsewhere), 0, after, planned.remarks)
    return StageOutcome.over(BACKTEST, sorted(items, key=lambda item: item.item), summary, 0, 0.0)


def _write(
    warehouse: Warehouse,
    due: Sequence[WantedRun],
    planned: PlannedRuns,
    errors: dict[str, str],
    computing: Computing,
    progress: Progress | None,
    handed: Handed,
) -> int:
    """Run `due`, append what comes out, add what broke to `errors`; the number of rows written."""
    import polars as pl

    import schemas
    from flows.backtest.measured import Measured, windows_of
    from flows.backtest.rows import RunRows
    from warehouse.gathering import Gathering

    runnable = [run for run in due if run.problem is None]
    measured = Measured(warehouse, {run.run_id: run for run in runnable}, errors)
    gathering = Gathering(warehouse)
    of_runs = RunRows(warehouse, due, planned.engine, errors, computing.left)
    rows, done, waiting = 0, 0, list[str]()
    with closing(computing(runnable, planned.bars)) as results:
        for chunk, ids in results:
            errors.update({ids[position]: reason for position, reason in chunk.failures.items()})
            if "portfolio_days" in chunk.tables:
                of_runs.spans.update(_windows(chunk.tables["portfolio_days"], ids))
                handed.add(chunk.tables, ids)
                rows += _append_chunk(gathering, chunk, ids, errors)
            elif chunk.tables:
                rows += measured.add(chunk, ids)
                of_runs.spans.update(windows_of(chunk, ids))
            waiting += (ids[position] for position in chunk.positions)
            if not measured.holds:
                rows += of_runs.settle(waiting)
                waiting = []
            done += len(chunk.positions)
            del chunk  # else it is there until the next one is
            if progress is not None:
                progress(done, len(runnable), "")
    gathering.finish()
    rows += measured.append()
    files = rows_of(computing.left.values(), computing.where, warehouse.directory)
    table = schemas.table("backtest.parts")
    if files:  # by their names: a part that was there may have been left by a night that died after its commit
        named = {"part": sorted({file["part"] for file in files})}
        rows += warehouse.replace(table.name, pl.DataFrame(files, schema=table.polars_schema()), named)
    return rows + of_runs.finish()


def _tell_anew(warehouse: Warehouse, runs: Mapping[str, WantedRun], existing: Sequence[Mapping[str, Any]]) -> None:
    """Write what stands beside unchanged runs into their rows: nothing of theirs is computed again for it."""
    import polars as pl

    import schemas

    if runs:
        table = schemas.table("backtest.runs")
        rows = [dict(row) | {"asked": True} | runs[row["run_id"]].beside for row in existing if row["run_id"] in runs]
        rows = [row if row["keep"] == PARTS else row | {"part": None} for row in rows]
        warehouse.delete(table.name, {"run_id": list(runs)})
        warehouse.append(table.name, table.conform(pl.DataFrame(rows, schema=table.polars_schema())))


def _append_chunk(gathering: Gathering, chunk: Chunk, ids: Sequence[str], errors: dict[str, str]) -> int:
    """Append the tables of a chunk, of which it has none any more; nobody else should hold them meanwhile.

    Where rows break a rule of their table, the runs that they belong to fail alone.
    """
    from schemas import InvalidTable
    from warehouse.incoming import with_run_ids

    def add(tables: dict[str, Any]) -> int:
        pieces = {f"backtest.{name}": with_run_ids(tables[name], ids) for name in RUN_TABLES}
        gathering.check(pieces)
        tables.clear()
        return gathering.take(pieces)

    try:
        return add(chunk.tables)
    except InvalidTable:
        import pyarrow.compute as pc

        rows = 0
        for position in sorted(set(chunk.positions) - set(chunk.failures)):
            own = {name: (table := chunk.tables[name]).filter(pc.equal(table["run"], position)) for name in RUN_TABLES}
            try:
                rows += add(own)
            except InvalidTable as error:
                errors[ids[position]] = f"its result breaks a rule: {error.without_rows}"
        return rows


def _windows(days: Any, ids: Sequence[str]) -> dict[str, tuple[Any, Any]]:
    """First and last portfolio day of each run of a chunk."""
    import polars as pl

    spans = pl.DataFrame(days.select(["run", "date"])).group_by("run").agg(pl.min("date"), pl.max("date").alias("last"))
    return {ids[run]: (first, last) for run, first, last in spans.iter_rows()}


def _outcome(judged: Judged, error: str | None, after: Standing) -> ItemOutcome:
    if error is not None:
        return ItemOutcome(judged.run.name, "failed", error + after.remark(judged.run.name))
    return ItemOutcome(judged.run.name, "done" if judged.due else "skipped", judged.reason)


def _summary(
    items: Sequence[ItemOutcome], elsewhere: int, runs: int, after: Standing, remarks: Mapping[str, str]
) -> str:
    """One sentence over all scenarios."""
    failed = sum(item.status == "failed" for item in items)
    unchanged = sum(item.status == "skipped" for item in items) - elsewhere
    parts = [
        f"{counted(runs, 'run')} (scenarios and their twins)" if runs else "",
        f"{counted(failed, 'scenario')} failed" if failed else "",
        f"{counted(unchanged, 'scenario')} unchanged" if unchanged else "",
        f"{counted(elsewhere, 'scenario')} for another source" if elsewhere else "",
        _unasked("kept that nobody asks for any more", after.aside),
        _unasked("pruned", after.pruned),
    ]
    sentences = [f"{name} {remark}" for name, remark in remarks.items()]
    return "; ".join(
        [", ".join(part for part in parts if part), *([first_few(sentences, 3, "; ")] if sentences else [])]
    )


def _unasked(what: str, rows: Sequence[Row]) -> str:
    """Count scenarios, and name the first of them."""
    return f"{counted(len(rows), 'scenario')} {what} ({first_few(names_of(rows), 3)})" if rows else ""
