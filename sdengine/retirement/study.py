"""The public entry: one pure call from a scenario, its bars and the terms to the rows of `retire.*`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sdengine.market.bars import BarStore
from sdengine.retirement.terms import Terms
from sdengine.scenario import Scenario

if TYPE_CHECKING:
    import polars as pl

Spread = Callable[[Callable[[Any], Any], Sequence[Any]], Iterable[Any]]
"""A `map`: what calls a function on each of some tasks, and gives the answers in the order of the tasks."""


@dataclass(frozen=True)
class Study:
    """What came out, as frames of the columns that the room's README lists. Null is: does not exist."""

    plans: pl.DataFrame
    windows: pl.DataFrame
    paths: pl.DataFrame
    fan: pl.DataFrame
    changes: pl.DataFrame


@dataclass(frozen=True)
class OnePath:
    """A drawn future remade: its bars as `run_scenario` reads them, the run's scenario, and its months."""

    scenario: Scenario
    bars: pl.DataFrame
    months: pl.DataFrame


def study(
    scenario: Scenario, bars: BarStore | Any, terms: Terms, *, threads: int = 1, spread: Spread | None = None
) -> Study:
    """Play every plan of the terms on all windows and drawn futures, for the scenario, its twin and its benchmark.

    `bars`: a BarStore, or a frame as `run_scenario` takes it, with the tickers of the scenario and its benchmark.
    `threads`: how many slices of paths run side by side, unless `spread` does that: it is given a function of this
    package and tasks that can be pickled, so a cluster may work them off. Neither changes a row.

    Raises StudyError: terms that do not go with the scenario; bars of which nothing can be drawn.
    """
    raise NotImplementedError


def one_path(scenario: Scenario, bars: BarStore | Any, terms: Terms, path: int) -> OnePath:
    """Remake drawn future number `path`, with the terms' first horizon and rate."""
    raise NotImplementedError


def asset_bars(scenario: Scenario, bars: BarStore | Any, terms: Terms) -> int:
    """Count the bars of all assets that a study goes through, about: what it costs."""
    raise NotImplementedError
