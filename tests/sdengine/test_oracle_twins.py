"""Twins against the oracle's, which keep every setting that twins give up: so nothing that matters is given up."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings

from sdengine.scenario.twins import TWINS
from tests.oracle.compare import differences
from tests.oracle.engine_side import engine_twin, run_engine
from tests.oracle.run import run_oracle
from tests.oracle.twins import twin_of
from tests.strategies.lively import LIVELY, Case, first_of, lively_scenario
from tests.strategies.markets import Bars, make_bars
from tests.strategies.profiles import examples
from tests.strategies.scenarios import MODES, cases

TABLES = ("fills", "portfolio_days")
"""What is compared: opportunities that nobody trades are recorded by the oracle alone."""


def twin_differences(scenario: dict[str, Any], bars: Bars, variant: str) -> list[str]:
    money = scenario["portfolio"].get("initial_cash", 100_000.0)
    oracle = vars(run_oracle(twin_of(scenario, variant), bars))
    engine = run_engine(engine_twin(scenario, variant), bars)
    return [found for table in TABLES for found in differences(table, oracle[table], engine[table], money=money)]


@pytest.mark.parametrize("variant", TWINS)
@settings(max_examples=examples(60))
@given(case=cases())
def test_a_twin_is_what_the_rules_say(variant: str, case: Case) -> None:
    found = twin_differences(*case, variant)
    assert not found, first_of(found)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("variant", TWINS)
def test_a_lively_twin_pays_in_every_mode(variant: str, mode: str) -> None:
    scenario = lively_scenario(mode, "nearest", "full", commission=1.0)
    scenario["withdrawal"] = {"monthly_amount": 40_000.0, "funding": "overweight" if mode == "rebalancing" else "bank"}
    scenario["taxes"] = {"short_rate": 0.35, "long_rate": 0.15}
    bars = make_bars(3, LIVELY, days=120)
    found = twin_differences(scenario, bars, variant)
    assert not found, first_of(found)
    fills = run_engine(engine_twin(scenario, variant), bars)["fills"]
    assert {"WITHDRAWAL", "FUNDING_SELL"} <= {fill["action"] for fill in fills}
