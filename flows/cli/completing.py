"""What the shell offers behind TAB: names of scenarios, sweeps and tickers as they are stored, words that are allowed.

A completion that cannot be found out is none: whoever presses TAB wants no error.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import typer

from flows.asked import Asked
from flows.options import Option
from flows.settings import read_values
from flows.sources import SOURCES
from flows.stages import STAGES

Completion = Callable[[typer.Context, str], list[str]]


def published_runs(ctx: typer.Context, incomplete: str) -> list[str]:
    """Offer the scenarios and sweeps that are published."""
    return _published(ctx, "results/completions_runs", incomplete)


def published_sweeps(ctx: typer.Context, incomplete: str) -> list[str]:
    """Offer the sweeps that are published."""
    return _published(ctx, "results/completions_sweeps", incomplete)


def published_tickers(ctx: typer.Context, incomplete: str) -> list[str]:
    """Offer the tickers that are stored."""
    return _published(ctx, "results/tickers", incomplete)


def ranking_columns(ctx: typer.Context, incomplete: str) -> list[str]:
    """Offer the columns that scenarios can be ranked by."""
    return _published(ctx, "results/ranking_columns", incomplete)


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


def _beginning(words: object, incomplete: str) -> list[str]:
    return [word for word in words if word.startswith(incomplete)]  # type: ignore[attr-defined]


def _published(ctx: typer.Context, query: str, incomplete: str) -> list[str]:
    with suppress(Exception):
        from warehouse import Results
        from warehouse.statements import statement

        with Results.open(_read(ctx, "warehouse")) as results:
            return _beginning([name for (name,) in results.rows(statement(query))], incomplete)
    return []


def _read(ctx: typer.Context, name: str) -> Any:
    """Read a setting as the verb will."""
    return read_values(Asked, [name], {name: ctx.params.get(name)}, os.environ, lambda _: None)[name]


OFFERED: dict[str, Completion] = {
    "scenario": scenario_names,
    "ticker": published_tickers,
    "by": ranking_columns,
    "source": _one_of(tuple(SOURCES)),
    "from_stage": _one_of(STAGES),
    "only": _one_of(STAGES),
}
