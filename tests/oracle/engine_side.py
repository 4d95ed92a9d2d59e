"""The engine's results as lists of rows, so that they can stand beside the oracle's."""

from __future__ import annotations

import warnings
from typing import Any

import polars as pl

TABLES = ("fills", "portfolio_days", "lots", "opportunities", "orders")
PRICES = ("open", "high", "low", "close", "dividend")


def frame_of(bars: list[dict[str, Any]]) -> pl.DataFrame:
    """Rows of bars as the frame that the engine takes."""
    rows = [[r["ticker"], r["date"], *(float(r.get(c) or 0.0) for c in PRICES)] for r in bars]
    schema = {"ticker": pl.String, "date": pl.Date, **dict.fromkeys(PRICES, pl.Float64)}
    return pl.DataFrame(rows, schema=schema, orient="row")


def named(scenario: dict[str, Any]) -> dict[str, Any]:
    """Give the scenario a name that it needs; the hand-written ones here go without."""
    return {"name": "case", **scenario}


def engine_twin(scenario: dict[str, Any], variant: str) -> dict[str, Any]:
    """Make the twin's parameters as the engine's side makes them."""
    from sdengine import Scenario

    return Scenario.from_dict(named(scenario)).twin(variant).parameters()


def run_engine(scenario: dict[str, Any], bars: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """`run_scenario` on plain rows. Its warning about an overdrawn bank is no concern here."""
    from sdengine import run_scenario

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        result = run_scenario(named(scenario), frame_of(bars))
    tables = {}
    for table in TABLES:
        frame = getattr(result, table)
        tables[table] = frame.with_columns(pl.col(pl.Categorical, pl.Enum).cast(pl.String)).to_dicts()
    return tables
