"""What the tables do not keep, asked of the engine itself: the orders that rested, the path that a bar was walked."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from flows.results.costly import plan_without_path
from warehouse.statements import statement

if TYPE_CHECKING:
    from flows.results.explain.facts import Facts
    from sdengine.results.result import ScenarioResult
    from sdengine.scenario import Scenario
    from warehouse import Results

Orders = Mapping[str, tuple[float, float]]
"""Side ('buy', 'sell') to limit and quantity; a side that does not rest is missing."""

CLOSE_ENOUGH = 1e-9


@dataclass(frozen=True)
class Replay:
    """Orders of the asset at the beginning and at the end of the day; None where the run can't be replayed.

    `unpaid_tax`: what of earlier years' tax was still due at the close of the day.
    """

    before: Orders | None
    after: Orders | None
    unpaid_tax: float = 0.0


def replay(results: Results, facts: Facts) -> Replay:
    """Do the run again, up to the close before the day and up to the day's own: a prefix of a run is that run's."""
    tickers = [asset.ticker for asset in facts.scenario.assets]
    bars = results.frame(statement("backtest/bars"), {"tickers": tickers})
    before, _ = _at_close(facts, bars, facts.day_before, facts.position_before)
    after, unpaid = _at_close(facts, bars, facts.day, facts.position_after or facts.position_before)
    return Replay(before, after, unpaid)


def _at_close(facts: Facts, bars: Any, day: date | None, position: Any) -> tuple[Orders | None, float]:
    """Orders and unpaid tax at a close; no orders where the run, done again, does not hold what the tables say."""
    import polars as pl

    from sdengine import run_scenario

    if day is None or position is None:
        return None, 0.0
    until = facts.scenario.portfolio.model_copy(update={"end": day})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the history tells an overdraft in its place
        result = run_scenario(facts.scenario.model_copy(update={"portfolio": until}), bars)
    held = result.asset_days.filter(pl.col("ticker") == facts.ticker)[-1].to_dicts()
    if not held or any(
        abs(held[0][name] - position[name]) > CLOSE_ENOUGH * abs(position[name]) for name in ("holdings", "anchor")
    ):
        return None, 0.0
    own = result.orders.filter(pl.col("ticker") == facts.ticker).select("side", "limit_price", "qty")
    return {side: (limit, qty) for side, limit, qty in own.rows()}, _unpaid_tax(facts.scenario, result, day)


def _unpaid_tax(scenario: Scenario, result: ScenarioResult, day: date) -> float:
    """Reckon what the years before that day's were taxed, less what was paid, to whole cents."""
    import numpy as np
    import polars as pl

    from sdengine.books.taxes import assess_year
    from sdengine.kernel.records import BOOK

    if scenario.taxes is None:
        return 0.0
    sold = result.lots.filter(pl.col("closed_on").dt.year() < day.year)
    gains = sold.group_by(pl.col("closed_on").dt.year(), "long_term").agg(pl.col("gain").sum()).sort("closed_on")
    book = np.zeros(1, BOOK)[0]
    for (_,), year in gains.group_by("closed_on", maintain_order=True):
        for long_term, gain in year.select("long_term", "gain").rows():
            book["gain_long" if long_term else "gain_short"] = gain
        assess_year(book, scenario.taxes.short_rate, scenario.taxes.long_rate)
    paid = -float(result.fills.filter(pl.col("action") == "TAX")["total"].sum())
    return max(round(float(book["tax_due"]) - paid, 2), 0.0)


def walked(bar: Mapping[str, float], path: str) -> list[float] | None:
    """Open, first extreme, second extreme, close in the order of the path; None where prices alone do not settle it."""
    from sdengine.codes import Path, code

    way, high, low = code(Path, path), bar["high"], bar["low"]
    if way in (Path.CALM, Path.BUSY, Path.RANDOM):
        return None
    high_first = way == Path.HIGH_FIRST or (way == Path.NEAREST and high - bar["open"] <= bar["open"] - low)
    return [bar["open"], *((high, low) if high_first else (low, high)), bar["close"]]


def whole_cost(facts: Facts, qty: float, price: float) -> float:
    """Compute what a buy costs, commissions included."""
    from sdengine.market.costs import costs_of

    return qty * price + float(costs_of(plan_without_path(facts.scenario), qty, price))
