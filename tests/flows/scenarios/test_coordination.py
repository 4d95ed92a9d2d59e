"""What the shared bank and the coordination were worth, told by one view over the scenarios that ship."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from flows.scenarios.files import load_scenarios
from sdengine.metrics.parameters import flatten
from sdengine.scenario import Scenario
from tests.warehouse import books
from warehouse import Warehouse
from warehouse.fingerprints import digest

ALONE = {"AAPL": 80_000.0, "IBM": 40_000.0, "MSFT": 30_000.0}
"""What each ended with, of 33,000: together 150,000 of 99,000."""
MODES = {"simple": 152_000.0, "nav_opportunistic": 155_000.0, "rebalancing": 149_000.0, "hybrid": 152_500.0}


def measured(scenario: Scenario, value: float) -> pl.DataFrame:
    """Make a row of metrics.runs: the scenario's own settings, and what it ended with after four years."""
    settings = flatten(scenario.parameters())
    figures = {"final_value_net": value, "years": 4.0, "cagr_net": value / 1e6, "synthetic_dividends": value / 10}
    known = {"run_id": digest(scenario.name), "scenario": scenario.name, "role": "scenario"}
    return books.example("metrics.runs", **settings, **figures, **known, sweep=scenario.sweep_of)


@pytest.fixture
def rows(tmp_path: Path) -> dict[str, dict[str, Any]]:
    """Show the view's rows by mode, with two scenarios beside that are no match: other brackets, another window."""
    shipped = load_scenarios().scenarios
    runs = [measured(s, ALONE[s.assets[0].ticker]) for s in shipped if s.sweep_of == "alone"]
    runs += [measured(s, MODES[s.portfolio.rebalancing_mode]) for s in shipped if s.sweep_of == "modes"]
    strangers = [s for s in shipped if s.name == "scarce_simple" or s.sweep_of == "sweep_sd_n_profit_sharing"]
    runs += [measured(s, 1.0) for s in strangers if s.assets[0].sd_n != 8 or s.name == "scarce_simple"]
    with books.open_here(tmp_path) as warehouse:
        store(warehouse, pl.concat(runs))
        told = warehouse.frame("from metrics.coordination").to_dicts()
    return {row["rebalancing_mode"]: row for row in told}


def store(warehouse: Warehouse, runs: pl.DataFrame) -> None:
    warehouse.append("metrics.runs", runs)
    asked = [books.runs(run_id=run, scenario=name) for run, name in runs.select("run_id", "scenario").iter_rows()]
    warehouse.append("backtest.runs", pl.concat(asked).with_columns(asked=True))


def test_the_four_modes_stand_beside_their_assets_alone(rows: dict[str, dict[str, Any]]) -> None:
    assert set(rows) == set(MODES)
    assert {row["alone"] for row in rows.values()} == {"alone"}
    assert {row["value_alone"] for row in rows.values()} == {150_000.0}
    # 2000 more than alone without coordination; that is what the shared bank was worth, in every row
    assert {row["shared_bank"] for row in rows.values()} == {2000.0}
    worth = {mode: row["coordination"] for mode, row in rows.items()}
    assert worth == {"simple": 0.0, "nav_opportunistic": 3000.0, "rebalancing": -3000.0, "hybrid": 500.0}
    assert rows["simple"]["growth_alone"] == pytest.approx((150 / 99) ** 0.25 - 1, rel=1e-12)
    incomes = rows["hybrid"]["synthetic_dividends"], rows["hybrid"]["synthetic_dividends_alone"]
    assert incomes == (15_250.0, pytest.approx(15_000.0))


def test_alone_has_the_share_of_the_cash_that_the_modes_have() -> None:
    shipped = load_scenarios().scenarios
    alone = [s for s in shipped if s.sweep_of == "alone"]
    [simple] = [s for s in shipped if s.name == "modes[rebalancing_mode=simple]"]
    assert [s.assets[0].ticker for s in alone] == [a.ticker for a in simple.assets]
    assert sum(s.portfolio.initial_cash for s in alone) == simple.portfolio.initial_cash
    for each, asset in zip(alone, simple.assets, strict=True):
        of_whole = (asset.weight or 0.0) * simple.portfolio.initial_cash
        assert (each.assets[0].weight or 0.0) * each.portfolio.initial_cash == pytest.approx(of_whole)
