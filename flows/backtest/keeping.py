"""What is kept of a run: `keep` in the `[sweep]` of its scenario, and what that means for the twins that runs share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from schemas.backtest import ALL, KEEP, METRICS, PARTS
from sdengine.scenario.twins import COMPARED

if TYPE_CHECKING:
    import polars as pl

    from flows.backtest.runs import WantedRun
    from sdengine.history.run import Chunk
    from sdengine.scenario import Scenario


MEASURED_ROWS = 1_200_000
"""Rows of portfolio days that are measured and audited together, about: what each audit costs however few there are.

A part of runs of ten assets over years is less, and so one audit: the rest of one cost as much as half of it.
"""


def most(wishes: Iterable[str]) -> str:
    """Join several wishes about one run: the first in the order of `KEEP`, which keeps the most."""
    return min(wishes, key=KEEP.index)


def brings_back(before: str, now: str) -> bool:
    """Tell whether a run that is stored has to be done again: its detail is to be kept, and not where it is now."""
    return now not in (before, METRICS)


def for_others(wanted: Sequence[WantedRun], existing: Iterable[Mapping[str, Any]]) -> list[WantedRun]:
    """Keep as much of a twin as of a run that it stands beside, though this night is not about that run."""
    own = {run.name for run in wanted if run.role == "scenario"}
    others = [row for row in existing if row["role"] == "scenario" and row["scenario"] not in own]
    needed: dict[str, str] = {}
    for row in others:
        for twin in (row[f"{name}_twin"] for name in COMPARED):
            needed[twin] = most([row["keep"], needed.get(twin, METRICS)])
    kept = [(run, most([run.keep, needed.get(run.run_id, METRICS)])) for run in wanted]
    return [run if run.keep == keep else replace(run, keep=keep) for run, keep in kept]


def whole_of(scenarios: Sequence[Scenario], bars: pl.DataFrame, twins: Sequence[str | None]) -> Iterator[Chunk]:
    """Run scenarios of which all is kept, and yield their chunks, with what their runs amount to.

    `twins`: the run_ids of their buy and hold twins.
    """
    from flows.detail.measuring import with_figures
    from sdengine import run_scenarios
    from sdengine.history.run import MAX_ROWS

    waiting: list[Chunk] = []
    rows = 0
    for chunk in run_scenarios(scenarios, bars):
        own = chunk.tables["portfolio_days"].num_rows if chunk.tables else 0
        if waiting and rows + own > MAX_ROWS:
            yield with_figures(_joined(waiting), scenarios, bars, twins)
            waiting, rows = [], 0
        waiting.append(chunk)
        rows += own
    if waiting:
        yield with_figures(_joined(waiting), scenarios, bars, twins)


def _joined(chunks: Sequence[Chunk]) -> Chunk:
    """Lay chunks behind each other: to check, measure and store a table costs the same for few rows as for many."""
    import pyarrow as pa

    from sdengine.history.run import Chunk

    tables: dict[str, list[pa.Table]] = {}
    for chunk in chunks:
        for name, table in chunk.tables.items():
            tables.setdefault(name, []).append(table)
    return Chunk(
        [position for chunk in chunks for position in chunk.positions],
        {name: pa.concat_tables(pieces).unify_dictionaries() for name, pieces in tables.items()},
        {position: reason for chunk in chunks for position, reason in chunk.failures.items()},
    )


def kept_of(
    keep: str, scenarios: Sequence[Scenario], bars: pl.DataFrame, twins: Sequence[str | None]
) -> Iterator[Chunk]:
    """Run scenarios, and yield of each chunk what is kept of it; the rest is let go before the next one comes.

    `twins`: the run_ids of their buy and hold twins.
    """
    from flows.detail.measuring import let_go
    from sdengine.history.run import MAX_ROWS, run_scenarios

    for chunk in run_scenarios(scenarios, bars, max_rows=MAX_ROWS if keep == ALL else MEASURED_ROWS):
        yield chunk if keep == ALL else let_go(chunk, scenarios, bars, twins, detail_stays=keep == PARTS)


def emptied(existing: Iterable[Mapping[str, Any]], wanted: Iterable[WantedRun]) -> list[str]:
    """List the run_ids whose detail is stored and is to be let go, though nothing of them is computed again."""
    now = {run.run_id: run.keep for run in wanted}
    return [row["run_id"] for row in existing if row["keep"] == ALL and now.get(row["run_id"], ALL) != ALL]
