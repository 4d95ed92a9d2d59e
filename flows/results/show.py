"""One scenario: its figures beside its twins', its income by year, what was reached and not done, its data."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from warehouse.statements import statement

if TYPE_CHECKING:
    import polars as pl

    from flows.results.choosing import PublishedRun
    from warehouse import Results

Rows = list[dict[str, Any]]
INCOME = ("year", "synthetic_dividends", "dividends", "interest", "due", "paid", "skipped", "value")
SKIPPED = ("ticker", "reason", "first_date", "last_date", "days", "qty", "price", "cost", "bank", "lacked")
UNPAID = ("reason", "times", "due", "paid", "lacked", "first_date", "last_date")


@dataclass(frozen=True)
class Shown:
    """What is told of a run.

    figures  rows of `metrics.runs`: the scenario's, and of the twins that it is compared with; `who` says which
    place    in the ranking, and of how many; None where it has none
    income   by calendar year
    skipped  one row is one order that rested, was reached and not done, with the least money that lacked
    unpaid   one row is one reason for which withdrawals were not paid in full
    data     what is stored of its tickers
    """

    figures: Rows
    place: tuple[int, int] | None
    income: Rows
    skipped: Rows
    unpaid: Rows
    data: pl.DataFrame


def read_show(results: Results, run: PublishedRun, today: date) -> Shown:
    """Read it of what was published."""
    import polars as pl

    from flows.results.data import data_table

    def ask(name: str) -> Rows:
        return results.records(statement(f"results/show/{name}"), {"run_id": run.run_id})

    figures = ask("figures")
    tickers = figures[0]["tickers"].split(" ") if figures else []
    place = ask("place")
    return Shown(
        figures,
        (place[0]["place"], place[0]["of"]) if place else None,
        ask("income"),
        _lacking(results, run, ask("skipped")),
        ask("unpaid"),
        data_table(results, today=today).filter(pl.col("ticker").is_in(tickers)),
    )


def _lacking(results: Results, run: PublishedRun, rows: Rows) -> Rows:
    """Add to each order that was not done what it would have cost, and how much of that the bank lacked."""
    from flows.results.costly import plan_without_path
    from sdengine.market.costs import costs_of
    from sdengine.scenario import Scenario

    if not rows:
        return []
    stored = results.scalar(statement("explain/run_parameters"), {"run_id": run.run_id})
    plan = plan_without_path(Scenario.from_parameters(json.loads(stored), name=run.scenario))
    for row in rows:
        in_bank = row.pop("action") == "SKIP_BUY"
        row["reason"] = "the bank lacked money" if in_bank else "its band forbade it"
        row["cost"] = row["qty"] * row["price"] + float(costs_of(plan, row["qty"], row["price"])) if in_bank else None
        row["lacked"] = row["cost"] - row["bank"] if in_bank else None
    return rows
