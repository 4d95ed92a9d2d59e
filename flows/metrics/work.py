"""The stage `metrics`: what the engine did in, what it amounts to out.

Runs that are gone from `backtest.runs` lose their metrics, and a scenario whose twin was missing gets its comparison
once the twin is there. All of it is one transaction.
"""

from __future__ import annotations

import json
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from flows.detail.door import detail_of
from flows.detail.figures import IDENTITY, LISTS, append, fitting, keeps_falls, kept_rows, named, with_identity
from flows.metrics.beside import set_beside, set_beside_again, to_set_beside, with_rules
from flows.metrics.plan import plan_metrics
from flows.outcomes import ItemOutcome, Progress, StageOutcome
from flows.stages import METRICS
from schemas.backtest import KEEP
from schemas.shown import counted
from warehouse.runs import fail_runs
from warehouse.statements import statement

if TYPE_CHECKING:
    import polars as pl

    from flows.detail.handed import Handed
    from flows.night.opening import Night
    from warehouse import Warehouse

Run = Mapping[str, Any]
"""A row of the query `metrics/runs`."""
CHUNK_DAYS = 600_000
"""Calendar days of runs that are measured at once: bounds the memory, whatever the number of runs."""


def work(night: Night) -> StageOutcome:
    """Measure what is due in a night."""
    return metrics(
        night.warehouse,
        batch_id=night.batch_id,
        force=night.request.force,
        scenarios=night.chosen,
        progress=night.progress(METRICS),
        handed=night.handed,
    )


def metrics(
    warehouse: Warehouse,
    *,
    batch_id: str,
    force: bool = False,
    scenarios: Collection[str] | None = None,
    progress: Progress | None = None,
    handed: Handed | None = None,
) -> StageOutcome:
    """Measure the runs that are due and write `metrics.*` in one transaction.

    Those that are `handed` over have been measured already.

    `metrics.history` gets a row for each scenario measured, under `batch_id`. A run that cannot be measured, or whose
    figures no table holds, fails after all: it is an item of the outcome, with its reason; the others are none.
    """
    started = time.monotonic()
    items = plan_metrics(warehouse, force=force, scenarios=scenarios)
    due = [item for item in items if item.due]
    anew = [item.run for item in due if item.anew]
    beside = [item.run for item in due if not item.anew]
    gone = [run_id for (run_id,) in warehouse.rows(statement("metrics/vanished"))]
    rows, failures = 0, dict[str, str]()
    if due or gone:
        with warehouse.transaction():
            stood = _stood(warehouse, beside)
            for name in ("runs", *LISTS):
                again = anew if name != "runs" else [*anew, *beside]
                warehouse.delete(f"metrics.{name}", {"run_id": [*gone, *(run["run_id"] for run in again)]})
            if due:
                finished = {item.run["run_id"]: item.run for item in items}
                moved = list(_chunks(to_set_beside(beside, finished, stood)))
                stood = set_beside_again(warehouse, moved, finished, stood)
                known = _known(warehouse, anew, finished, handed)
                rows, failures = _measure(warehouse, anew, beside, stood, known, finished, batch_id, progress)
    measured = len(anew) - len(failures)
    return StageOutcome.over(
        METRICS,
        [ItemOutcome(scenario, "failed", reason) for scenario, reason in failures.items()],
        _summary(measured, len(beside), len(failures), len(items) - len(due), len(gone)),
        rows,
        time.monotonic() - started,
        changed=bool(measured or beside or gone),
        next_time=None
        if failures or scenarios is not None
        else StageOutcome(METRICS, "skipped", _summary(0, 0, 0, len(items), 0)),
    )


def _summary(measured: int, compared: int, failed: int, unchanged: int, removed: int) -> str:
    """One sentence over all runs."""
    parts = [
        f"{counted(measured, 'run')} measured" if measured else "",
        f"{compared} compared anew" if compared else "",
        f"{failed} could not be measured" if failed else "",
        f"{unchanged} unchanged" if unchanged else "",
        f"{removed} removed that are gone from backtest.runs" if removed else "",
    ]
    return ", ".join(part for part in parts if part) or "no finished runs"


def _stood(warehouse: Warehouse, beside: Sequence[Run]) -> pl.DataFrame:
    """Read the figures of runs that are only to be set beside others again; not who they are, nor how they compare."""
    from sdengine.metrics import COMPARISONS

    rows = warehouse.read("metrics.runs", {"run_id": [run["run_id"] for run in beside]})
    return rows.drop(*(name for name in IDENTITY if name != "run_id"), *COMPARISONS, "metrics_version")


def _known(
    warehouse: Warehouse, anew: Sequence[Run], finished: Mapping[str, Run], handed: Handed | None
) -> dict[str, pl.DataFrame]:
    """Take the figures of runs that were measured where they were computed, beside the twins that there are now."""
    twins = {run["run_id"]: run["buy_and_hold_twin"] for run in anew}
    asked = [run_id for run_id, twin in twins.items() if twin is None or twin in finished]
    known = handed.take(asked) if handed is not None else {}
    if known:
        runs = known["metrics.runs"]
        with_benchmark = [run for run in map(finished.__getitem__, runs["run_id"]) if run["benchmark_twin"] in finished]
        known["metrics.runs"] = set_beside_again(warehouse, list(_chunks(with_benchmark)), finished, runs)
    return known


def _measure(
    warehouse: Warehouse,
    anew: Sequence[Run],
    beside: Sequence[Run],
    stood: pl.DataFrame,
    known: dict[str, pl.DataFrame],
    finished: Mapping[str, Run],
    batch_id: str,
    progress: Progress | None,
) -> tuple[int, dict[str, str]]:
    """Measure runs chunk by chunk, set all beside their twins, and write; the rows, and by scenario what went wrong.

    `known`: figures of some of them by table, which are not measured again.
    `finished`: all runs by run_id, those that others are compared with among them.
    """
    import polars as pl

    from sdengine.metrics import TWIN_COLUMNS, batch_metrics, compare_with_twins
    from sdengine.metrics.version import metrics_fingerprint
    from sdengine.version import RULES_VERSION

    rows, broken, measured = 0, dict[str, str](), [stood]
    bare = [run["run_id"] for run in anew if not keeps_falls(run["role"], run["keep"])]
    there = set[str]()
    if known:
        rows += _append_lists(warehouse, known, bare, broken)
        measured.append(known["metrics.runs"])
        there.update(known["metrics.runs"]["run_id"])
    done = len(there)
    for listed in _chunks([run for run in anew if run["run_id"] not in there]):
        chunk = with_rules(warehouse, listed)
        ids = pl.Series("run_id", [run["run_id"] for run in chunk])
        detail = detail_of(warehouse, chunk)
        broken |= {chunk[run]["run_id"]: reason for run, reason in detail.refused.items()}
        parameters = {k: json.loads(run["parameters"]) for k, run in enumerate(chunk) if k not in detail.refused}
        if not parameters:
            continue
        results = batch_metrics(parameters, detail.tables, detail.bars)
        lists = {f"metrics.{name}": named(getattr(results, name), ids) for name in LISTS}
        rows += _append_lists(warehouse, lists, bare, broken)
        daily = set_beside(warehouse, chunk, finished, detail.tables["portfolio_days"])
        measured.append(named(results.runs.join(daily, on="run", how="left", maintain_order="left"), ids))
        broken |= {chunk[run]["run_id"]: reason for run, reason in results.failures.items()}
        del detail, results, lists, daily  # else they are there until those of the next chunk are
        done += len(chunk)
        if progress is not None:
            progress(done, len(anew), "")
    due = [*anew, *beside]
    mine = with_identity(pl.concat(measured, how="diagonal_relaxed"), due)
    stored = warehouse.read("metrics.runs", columns=TWIN_COLUMNS)
    twins = pl.concat([stored, mine.select(TWIN_COLUMNS).cast(stored.schema)])
    full = compare_with_twins(mine, twins).with_columns(metrics_version=pl.lit(metrics_fingerprint()))
    rows += append(warehouse, "metrics.runs", full, broken)
    fail_runs(warehouse, broken)
    failures = {run["scenario"]: broken[run["run_id"]] for run in due if run["run_id"] in broken}
    sound = full.filter(~pl.col("run_id").is_in(list(broken)) & (pl.col("role") == "scenario"))
    history = sound.with_columns(batch_id=pl.lit(batch_id), rules_version=pl.lit(RULES_VERSION, pl.Int64))
    scenarios = {"batch_id": batch_id, "scenario": history["scenario"].to_list()}
    return rows + warehouse.replace("metrics.history", fitting("metrics.history", history), scenarios), failures


def _append_lists(
    warehouse: Warehouse, figures: dict[str, pl.DataFrame], bare: Sequence[str], broken: dict[str, str]
) -> int:
    """Append the figures by asset, month, year and fall, and let go of them; the rows."""
    tables = [f"metrics.{name}" for name in LISTS]
    return sum(append(warehouse, table, kept_rows(table, figures.pop(table), bare), broken) for table in tables)


def _chunks(runs: Sequence[Run]) -> Iterator[list[Run]]:
    """Cut runs into stretches of at most CHUNK_DAYS calendar days, at least one run each, the same kept of all.

    Runs with the same twin stand together, and with it: its days are read once for all of them.
    """
    chunk: list[Run] = []
    days = 0
    for run in sorted(runs, key=_place):
        if chunk and (days + run["days"] > CHUNK_DAYS or run["keep"] != chunk[0]["keep"]):
            yield chunk
            chunk, days = [], 0
        chunk.append(run)
        days += run["days"]
    if chunk:
        yield chunk


def _place(run: Run) -> tuple[int, str, str]:
    return KEEP.index(run["keep"]), run["buy_and_hold_twin"] or run["run_id"], run["run_id"]
