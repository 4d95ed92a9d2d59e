"""The stage `backtest`: clean bars and scenarios in, what the engine did out.

What is in `backtest.*` afterwards is what today's scenarios ask for on today's bars, and nothing else: rows of runs
that no scenario wants any more go in the same transaction. Asked for some scenarios by name, the stage leaves the
runs of the others as they are.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flows.backtest.computing import Computing
from flows.backtest.runs import TWINS, Judged, WantedRun, judge, wanted_runs
from flows.outcomes import ItemOutcome, PlanItem, StageOutcome, Status
from flows.stages import BACKTEST
from warehouse.statements import statement

if TYPE_CHECKING:
    import polars as pl

    from sdengine.history.run import Chunk
    from sdengine.scenario import Scenario
    from warehouse import Warehouse

Progress = Callable[[int, int], None]
"""Called with (runs done, runs in all)."""

RUN_TABLES = ("fills", "portfolio_days", "lots", "opportunities", "orders")


@dataclass(frozen=True)
class Due:
    """What the stage found: every wanted run with its verdict, and the bars that they need."""

    judged: tuple[Judged, ...]
    existing: tuple[Mapping[str, Any], ...]
    engine: str
    bars: pl.DataFrame
    elsewhere: tuple[PlanItem, ...]
    """Scenarios that are not run at all: their bars come from a source that this warehouse has not asked."""


def find_due(warehouse: Warehouse, scenarios: Sequence[Scenario], *, force: bool = False) -> Due:
    """Compare the runs that the scenarios want with those that the warehouse has. Writes nothing."""
    from sdengine import engine_fingerprint
    from warehouse import fingerprints

    engine = engine_fingerprint()
    tickers = sorted({asset.ticker for scenario in scenarios for asset in scenario.assets})
    bars = warehouse.query(statement("backtest/bars"), {"tickers": tickers})
    coverage = {
        row["ticker"]: (row["source"], row["first"], row["last"])
        for row in warehouse.query(statement("backtest/coverage")).iter_rows(named=True)
    }
    blocked = dict(warehouse.query(statement("backtest/blocked")).iter_rows())
    here: list[Scenario] = []
    away: list[Scenario] = []
    for scenario in scenarios:
        (here if _has_source(scenario, coverage) else away).append(scenario)
    elsewhere = tuple(
        PlanItem(
            BACKTEST, scenario.name, False, f"its bars come from {scenario.source}, which has not been asked for them"
        )
        for scenario in away
    )
    stored = fingerprints.Bars(bars)
    wanted = wanted_runs(here, stored, engine, lambda scenario: _problem(scenario, coverage, blocked))
    existing = tuple(warehouse.read("backtest.runs").iter_rows(named=True))
    return Due(tuple(judge(wanted, existing, stored, engine, force)), existing, engine, bars, elsewhere)


def plan_backtest(warehouse: Warehouse, scenarios: Sequence[Scenario], *, force: bool = False) -> list[PlanItem]:
    """One item per scenario, due when its own run or one of its twins is. Writes nothing."""
    due = find_due(warehouse, scenarios, force=force)
    verdicts = {judged.run.run_id: judged for judged in due.judged}
    items = []
    for judged in due.judged:
        if judged.run.role != "scenario":
            continue
        twin = next((verdicts[t] for t in judged.run.twins if t is not None and verdicts[t].due), None)
        reason = judged.reason if judged.due or twin is None else f"its twin {twin.run.name} is due: {twin.reason}"
        items.append(PlanItem(BACKTEST, judged.run.name, judged.due or twin is not None, reason))
    return sorted([*items, *due.elsewhere], key=lambda item: item.item)


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
    found = find_due(warehouse, scenarios, force=force)
    due = [judged.run for judged in found.judged if judged.due]
    kept = _kept(found, keep_others)
    obsolete = {row["run_id"] for row in found.existing} - kept
    rows, errors = 0, {run.run_id: run.problem for run in due if run.problem is not None}
    if before is not None and any(run.problem is None for run in due):
        before()
    if due or obsolete:
        with warehouse.transaction():
            warehouse.keep_runs(sorted(kept))
            rows = _write(warehouse, due, found, errors, computing or Computing(), progress)
    items = [
        _outcome(judged, errors.get(judged.run.run_id))
        for judged in found.judged
        if judged.run.role == "scenario" or judged.run.run_id in errors
    ]
    items += [ItemOutcome(item.item, "skipped", item.reason) for item in found.elsewhere]
    items += [ItemOutcome(name, "failed", reason) for name, reason in (invalid or {}).items()]
    named = {judged.run.name for judged in found.judged}
    gone = [row for row in found.existing if row["role"] == "scenario" and row["run_id"] in obsolete]
    gone = [row for row in gone if row["scenario"] not in named]
    return _summary(
        sorted(items, key=lambda item: item.item),
        len(found.elsewhere),
        len(due),
        rows,
        len(gone),
        time.monotonic() - started,
    )


def _has_source(scenario: Scenario, coverage: Mapping[str, tuple[str, Any, Any]]) -> bool:
    """A scenario made for one source runs where all of its bars that there are come from it."""
    sources = {coverage[asset.ticker][0] if asset.ticker in coverage else None for asset in scenario.assets}
    return scenario.source is None or (scenario.source in sources and sources <= {scenario.source, None})


def _problem(
    scenario: Scenario, coverage: Mapping[str, tuple[str, Any, Any]], blocked: Mapping[str, str]
) -> str | None:
    from sdengine.scenario import check_against

    turned_away = [
        f"{asset.ticker} is blocked: {blocked[asset.ticker]}" for asset in scenario.assets if asset.ticker in blocked
    ]
    if turned_away:
        return "; ".join(turned_away)
    spans = {ticker: (first, last) for ticker, (_, first, last) in coverage.items()}
    return "; ".join(str(problem) for problem in check_against(scenario, spans)) or None


def _kept(found: Due, keep_others: bool) -> set[str]:
    """The run_ids whose rows stay: those that are wanted and unchanged, and with `keep_others` all other scenarios'."""
    kept = {judged.run.run_id for judged in found.judged if not judged.due}
    if keep_others:
        ours = {judged.run.name for judged in found.judged if judged.run.role == "scenario"}
        rerun = {judged.run.run_id for judged in found.judged if judged.due}
        others = [row for row in found.existing if row["role"] == "scenario" and row["scenario"] not in ours]
        kept |= {row["run_id"] for row in others}
        kept |= {row[f"{twin}_twin"] for row in others for twin in TWINS} - {None} - rerun
    return kept & {row["run_id"] for row in found.existing}


def _write(
    warehouse: Warehouse,
    due: Sequence[WantedRun],
    found: Due,
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
    with closing(computing(runnable, found.bars)) as results:
        for chunk, ids in results:
            errors.update({ids[position]: reason for position, reason in chunk.failures.items()})
            if chunk.tables:
                rows += _append_chunk(warehouse, chunk, ids, errors)
                windows.update(_windows(chunk.tables["portfolio_days"], ids))
            done += len(chunk.positions)
            if progress is not None:
                progress(done, len(runnable))
    spans = {run_id: span for run_id, span in windows.items() if run_id not in errors}
    records = [run.row(found.engine, *spans.get(run.run_id, (None, None)), error=errors.get(run.run_id)) for run in due]
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


def _summary(
    items: Sequence[ItemOutcome], elsewhere: int, runs: int, rows: int, gone: int, seconds: float
) -> StageOutcome:
    failed = sum(item.status == "failed" for item in items)
    unchanged = sum(item.status == "skipped" for item in items) - elsewhere
    parts = [
        f"{runs} runs (scenarios and their twins)" if runs else "",
        f"{failed} scenarios failed" if failed else "",
        f"{unchanged} scenarios unchanged" if unchanged else "",
        f"{elsewhere} scenarios for another source" if elsewhere else "",
        f"{gone} scenarios removed that nobody asks for any more" if gone else "",
    ]
    status: Status = "failed" if failed else "done" if runs or gone else "skipped"
    return StageOutcome(BACKTEST, status, ", ".join(part for part in parts if part), rows, seconds, tuple(items))
