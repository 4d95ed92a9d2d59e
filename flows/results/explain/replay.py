"""What the tables do not keep, asked of the engine itself: the orders that rested, the path that a bar was walked."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from schemas.columns import PRICES
from warehouse.statements import statement

if TYPE_CHECKING:
    from flows.results.explain.facts import Facts
    from warehouse import Results

Orders = Mapping[str, tuple[float, float]]
"""Side ('buy', 'sell') to limit and quantity; a side that does not rest is missing."""

CLOSE_ENOUGH = 1e-9


@dataclass(frozen=True)
class Replay:
    """Orders of the asset at the beginning and at the end of the day; None where the run can't be replayed.

    `agrees`: the run, done again up to the day, holds what the tables say; if not, the engine has changed since.
    """

    before: Orders | None
    after: Orders | None
    agrees: bool


def replay(results: Results, facts: Facts) -> Replay:
    """Do the run again, up to the close before the day and up to the day's own: a prefix of a run is that run's."""
    tickers = [asset.ticker for asset in facts.scenario.assets]
    bars = results.frame(statement("backtest/bars"), {"tickers": tickers})
    before, same_before = _at_close(facts, bars, facts.day_before, facts.position_before)
    after, same_after = _at_close(facts, bars, facts.day, facts.position_after or facts.position_before)
    return Replay(before, after, same_before and same_after)


def _at_close(facts: Facts, bars: Any, day: date | None, position: Any) -> tuple[Orders | None, bool]:
    import polars as pl

    from sdengine import run_scenario

    if day is None or position is None:
        return None, True
    until = facts.scenario.portfolio.model_copy(update={"end": day})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the history tells an overdraft in its place
        result = run_scenario(facts.scenario.model_copy(update={"portfolio": until}), bars)
    held = result.asset_days.filter(pl.col("ticker") == facts.ticker)[-1].to_dicts()
    if not held or any(
        abs(held[0][name] - position[name]) > CLOSE_ENOUGH * abs(position[name]) for name in ("holdings", "anchor")
    ):
        return None, False
    own = result.orders.filter(pl.col("ticker") == facts.ticker).select("side", "limit_price", "qty")
    return {side: (limit, qty) for side, limit, qty in own.rows()}, True


def walked(bar: Mapping[str, float], path: str) -> list[float] | None:
    """Open, first extreme, second extreme, close in the order of the path; None for `single`, which walks none."""
    import numpy as np

    from sdengine.codes import Path, code
    from sdengine.kernel.records import BAR
    from sdengine.ladder.fills import high_comes_first

    rule = code(Path, path)
    if rule == Path.SINGLE:
        return None
    record = np.zeros(1, BAR)
    for name in PRICES:
        record[name] = bar[name]
    extremes = [bar["high"], bar["low"]] if high_comes_first(record[0], int(rule)) else [bar["low"], bar["high"]]
    return [bar["open"], *extremes, bar["close"]]


def whole_cost(facts: Facts, qty: float, price: float) -> float:
    """Compute what a buy costs, commissions included."""
    from sdengine.books.trades import costs_of
    from sdengine.history.plans import plan_of

    return qty * price + float(costs_of(plan_of(facts.scenario)[0], qty, price))
