"""One scenario: its figures beside its twins', its income by year, what was reached and not done, its data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from flows.errors import PipelineError
from warehouse.statements import statement

if TYPE_CHECKING:
    import polars as pl

    from flows.results.choosing import PublishedRun
    from warehouse import Results
    from warehouse.reading import Answer

REASONS = {"SKIP_BUY": "the bank lacked money", "SKIP_BAND": "its band forbade it"}
"""Why an order is not done that is reached."""


def ran_dry(run: Mapping[str, Any]) -> bool:
    """Tell whether payments, and not prices, have brought a run to nothing: its growth is that of what was left."""
    return run.get("depleted_on") is not None and run["total_return"] > -1.0


@dataclass(frozen=True)
class Shown:
    """What is told of a run.

    figures  rows of `metrics.runs`: the scenario's, and of the runs that it is compared with; `who` says which
    place    in the ranking, and of how many; None where it has none
    income   by calendar year, from `metrics.years`
    skipped  one row is one order that rested, was reached and not done: see the view `skipped`
    unpaid   one row is one reason for which withdrawals were not paid in full
    data     what is stored of its tickers
    """

    figures: list[dict[str, Any]]
    place: tuple[int, int] | None
    income: Answer
    skipped: Answer
    unpaid: Answer
    data: pl.DataFrame


def without_figures(run: PublishedRun) -> str:
    """Say why a run has no figures."""
    return f"run {run.scenario} has no figures: its metrics failed; `sdengine status` says why"


def read_show(results: Results, run: PublishedRun, today: date) -> Shown:
    """Read it of what was published; `PipelineError` for a run whose metrics could not be computed."""
    import polars as pl

    from flows.results.data import data_table

    def ask(name: str) -> Answer:
        return results.answer(statement(f"results/show/{name}"), {"run_id": run.run_id})

    figures = ask("figures").records()
    if not figures:
        raise PipelineError(without_figures(run))
    place = ask("place").rows
    stored = data_table(results, today=today)
    return Shown(
        figures,
        place[0] if place else None,
        ask("income"),
        ask("skipped"),
        ask("unpaid"),
        stored.filter(pl.col("ticker").is_in(figures[0]["tickers"].split(" "))),
    )
