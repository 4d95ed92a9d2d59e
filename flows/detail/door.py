"""The one door to the detail of runs: whoever asks does not know whether it is stored or computed anew."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

from flows.detail.again import Again, Row, compute_again
from flows.errors import PipelineError
from schemas.backtest import ALL, DETAIL, PARTS
from schemas.shown import counted
from warehouse.statements import statement

if TYPE_CHECKING:
    from warehouse import Results
    from warehouse.reading import Reader

QUERIES = {name: name for name in DETAIL} | {"portfolio_days": "days"}
"""What the metrics are made of, and the queries that read it where it is stored."""


class Irreproducible(PipelineError):
    """Detail that cannot be had any more: run_id to the reason, the first of which is the message."""

    def __init__(self, reasons: Mapping[str, str]) -> None:
        super().__init__(next(iter(reasons.values())))
        self.reasons = reasons


def detail_of(reader: Reader, runs: Sequence[Row]) -> Again:
    """Give the detail of runs of which the same is kept, and their bars; rows of `metrics/runs` with their rules."""
    if runs[0]["keep"] != ALL:
        return compute_again(reader, runs)
    from sdengine.metrics.parameters import tickers_of

    tickers = sorted({ticker for run in runs for ticker in tickers_of(json.loads(run["parameters"]))})
    asked = {"run_ids": [run["run_id"] for run in runs]}
    tables: dict[str, Any] = {
        name: reader.frame(statement(f"metrics/{query}"), asked) for name, query in QUERIES.items()
    }
    return Again(tables, reader.frame(statement("metrics/closes"), {"tickers": tickers}), {})


def kept_in(results: Results) -> list[str]:
    """Tell of which runs, by their `keep`, all detail is there to be read: also in parts, unless some are lost."""
    return [ALL] if results.scalar(statement("detail/lost")) else [ALL, PARTS]


@contextmanager
def with_detail(results: Results, run_ids: Sequence[str]) -> Iterator[Results]:
    """Give results in which the detail of these runs, and of what they are compared with, stands in its tables.

    They are the given ones where it is stored, here or in parts. Where it is not, or the parts are not where they were
    left, it is computed anew and held against what was kept.

    Raises:
        Irreproducible: that of some can be had no longer, and why.
    """
    from warehouse import Results

    kept = kept_in(results)
    runs = results.records(statement("detail/not_kept"), {"run_ids": list(run_ids), "kept": kept})
    if not runs and PARTS in kept:
        yield results
        return
    with Results.open(results.path, _brought(results, runs) if runs else {}) as more:
        yield more


@contextmanager
def with_reproducible(
    results: Results, run_ids: Sequence[str], note: Callable[[str], None]
) -> Iterator[tuple[Results, list[str]]]:
    """Give the same for those of the runs of which it can be had, and which these are; `note` is told of the others.

    Raises:
        Irreproducible: it can be had of none.
    """
    there, lost = list(run_ids), dict[str, str]()
    with ExitStack() as opened:
        detailed: Results | None = None
        while detailed is None:
            try:
                detailed = opened.enter_context(with_detail(results, there))
            except Irreproducible as error:
                lost |= error.reasons
                rest = [run_id for run_id in there if run_id not in lost]
                if not rest or len(rest) == len(there):
                    raise
                there = rest
        if lost:
            left_out = len(run_ids) - len(there)
            note(f"what {counted(left_out, 'scenario')} did is not told: {next(iter(lost.values()))}")
        yield detailed, there


def _brought(results: Results, runs: Sequence[Row]) -> dict[str, Any]:
    """Compute the detail of runs anew, under their run_ids."""
    from flows.detail.proof import unlike
    from warehouse.incoming import with_run_ids

    again = compute_again(results, runs)
    refused = again.refused | (unlike(results, runs, again) if len(again.refused) < len(runs) else {})
    if refused:
        raise Irreproducible({runs[place]["run_id"]: reason for place, reason in refused.items()})
    return {name: with_run_ids(again.tables[name], [run["run_id"] for run in runs]) for name in DETAIL}
