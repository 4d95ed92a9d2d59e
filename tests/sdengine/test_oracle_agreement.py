"""The engine against the slow, obvious engine, on random markets and on every member of every family."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import Phase, given, settings

from tests.oracle.agreement import disagreements
from tests.strategies.lively import LIVELY, Case, first_of, lively_scenario
from tests.strategies.markets import Character, make_bars
from tests.strategies.profiles import examples
from tests.strategies.scenarios import FUNDINGS, LOT_METHODS, MODES, PATHS, VARIANTS, cases


@settings(max_examples=examples(150))
@given(cases(simple=True))
def test_ladder_cash_and_plain_withdrawals(case: Case) -> None:
    found = disagreements(*case)
    assert not found, first_of(found)


@settings(max_examples=examples(400))
@given(cases())
def test_every_feature(case: Case) -> None:
    found = disagreements(*case)
    assert not found, first_of(found)


@settings(max_examples=examples(15), phases=[Phase.generate])
@given(cases(max_assets=6, max_days=200))
def test_long_histories(case: Case) -> None:
    found = disagreements(*case)
    assert not found, first_of(found)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("mode", "path", "variant"), list(product(MODES, PATHS, VARIANTS)))
def test_every_mode_path_and_variant(mode: str, path: str, variant: str, seed: int) -> None:
    scenario = lively_scenario(mode, path, variant, signal_price=("close", "prev_close")[seed % 2])
    found = disagreements(scenario, make_bars(seed, LIVELY, days=80))
    assert not found, first_of(found)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("funding", "lot_method"), list(product(FUNDINGS, LOT_METHODS)))
def test_every_funding_and_lot_method(funding: str, lot_method: str, seed: int) -> None:
    scenario = lively_scenario("nav_opportunistic", "nearest", "full", lot_method=lot_method, commission=1.0)
    for asset in scenario["assets"]:
        asset["target"] = 0.2
    scenario["withdrawal"] = {"monthly_amount": 9000.0, "coverage_ratio_min": 0.0, "funding": funding}
    scenario["taxes"] = {"short_rate": 0.35, "long_rate": 0.15}
    found = disagreements(scenario, make_bars(seed, LIVELY, days=80, spacing=9))
    assert not found, first_of(found)


def test_a_gappy_market_makes_sd_n_adapt() -> None:
    gappy = Character(volatility=0.02, gaps=0.3, weekends=True)
    smooth = Character(volatility=0.02, weekends=True)
    scenario = lively_scenario("simple", "nearest", "full")
    scenario["dynamic_sd_n"] = {"gap_threshold": 0.03}
    found = disagreements(scenario, make_bars(5, [gappy, smooth, gappy], days=300))
    assert not found, first_of(found)
