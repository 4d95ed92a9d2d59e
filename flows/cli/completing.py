"""What the shell offers behind TAB: names of scenarios, sweeps and tickers as they are stored, words that are allowed.

A completion that cannot be found out is none: whoever presses TAB wants no error.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Annotated, Any

import typer

from flows.asked import Asked
from flows.options import Option
from flows.settings import read_values
from flows.sources import SOURCES
from flows.stages import STAGES

Completion = Callable[[typer.Context, str], list[str]]


def _published(query: str) -> Completion:
    """Offer what a query of the published results names."""

    def complete(ctx: typer.Context, incomplete: str) -> list[str]:
        with suppress(Exception):
            from warehouse import Results
            from warehouse.statements import statement

            with Results.open(_read(ctx, "warehouse")) as results:
                return _beginning([name for (name,) in results.rows(statement(query))], incomplete)
        return []

    return complete


published_runs = _published("results/completions_runs")
"""Scenarios and sweeps."""
published_sweeps = _published("results/completions_sweeps")
published_tickers = _published("results/tickers")


def argument(help: str, completion: Callable[..., list[str]] = published_runs) -> Any:
    """Declare the argument of a verb: what it may be, and what TAB offers for it."""
    return typer.Argument(help=help, show_default=False, autocompletion=completion)


OneRun = Annotated[str, argument("A scenario, a run_id or its beginning.")]
"""The argument of a verb that is about one run."""


def figure_names(incomplete: str) -> list[str]:
    """Offer the names of figures, and the tables that they stand in."""
    from schemas.registry import definitions

    rows = [row for row in definitions() if row["kind"] == "figure"]
    return _beginning(dict.fromkeys(row[field] for field in ("name", "table_name") for row in rows), incomplete)


def scenario_names(ctx: typer.Context, incomplete: str) -> list[str]:
    """Offer the scenarios and sweeps of the scenario files, or their keys where these are asked for."""
    if ctx.params.get("keys"):
        from flows.scenarios.keys import key_names

        return _beginning(key_names(), incomplete)
    with suppress(Exception):
        from flows.scenarios.files import load_scenarios

        loaded = load_scenarios(_read(ctx, "scenario_files"))
        names = dict.fromkeys(name for one in loaded.scenarios for name in (one.sweep_of, one.name) if name)
        return _beginning(names, incomplete)
    return []


def completion(entry: Option) -> Completion | None:
    """Find what an option's values are completed with; None where only its owner knows."""
    return OFFERED.get(entry.name) or (_one_of(entry.allowed) if entry.allowed else None)


def _one_of(words: tuple[str, ...]) -> Completion:
    return lambda ctx, incomplete: _beginning(words, incomplete)


def _beginning(words: Iterable[str], incomplete: str) -> list[str]:
    return [word for word in words if word.startswith(incomplete)]


def _read(ctx: typer.Context, name: str) -> Any:
    """Read a setting as the verb will."""
    return read_values(Asked, [name], {name: ctx.params.get(name)}, os.environ, lambda _: None)[name]


OFFERED: dict[str, Completion] = {
    "scenario": scenario_names,
    "ticker": published_tickers,
    "by": _published("results/ranking_columns"),
    "source": _one_of(tuple(SOURCES)),
    "from_stage": _one_of(STAGES),
    "only": _one_of(STAGES),
}
