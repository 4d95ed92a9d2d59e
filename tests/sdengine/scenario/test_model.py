"""The scenario's model: what is filled in, what is resolved, and that parameters are one form for one meaning."""

import json
import subprocess
import sys
from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from schemas.canonical import canonical_json
from sdengine.scenario import AssetSettings, Scenario


def scenario(**tables: Any) -> Scenario:
    return Scenario.from_dict({"assets": [{"ticker": "AAPL"}], **tables})


def test_defaults_are_those_of_the_design() -> None:
    made = scenario()
    assert made.portfolio.initial_cash == 100_000
    assert made.portfolio.rebalancing_mode == "nav_opportunistic"
    assert made.portfolio.path == "nearest"
    asset = made.assets[0]
    assert (asset.sd_n, asset.profit_sharing_pct, asset.variant, asset.lot_size) == (8, 50, "full", 1)
    assert (made.withdrawal, made.taxes, made.dynamic_sd_n) == (None, None, None)
    assert (made.arbitrage.threshold, made.rebalancing.drift) == (0.15, 0.05)


def test_asset_defaults_reach_every_asset_and_yield_to_its_own_keys() -> None:
    made = scenario(
        asset_defaults={"sd_n": 12, "lot_size": 0, "weight": 0.25, "variant": "ath_sell"},
        assets=[{"ticker": "AAPL"}, {"ticker": "IBM", "sd_n": 6, "quantity": 10, "buyback_enabled": False}],
    )
    apple, ibm = made.assets
    assert (apple.sd_n, apple.lot_size, apple.weight, apple.variant) == (12, 0, 0.25, "ath_sell")
    # quantity puts the default weight aside, buyback_enabled the default variant
    assert (ibm.sd_n, ibm.lot_size, ibm.weight, ibm.quantity, ibm.variant) == (6, 0, None, 10, "ath_only")


@pytest.mark.parametrize(("given", "variant"), [(True, "full"), (False, "ath_only")])
def test_buyback_enabled_is_a_variant(given: bool, variant: str) -> None:
    assert scenario(asset_defaults={"buyback_enabled": given}).assets[0].variant == variant


def test_assets_without_a_budget_share_what_the_others_leave() -> None:
    made = scenario(
        portfolio={"initial_cash": 1000},
        assets=[
            {"ticker": "A", "weight": 0.1},
            {"ticker": "B", "value": 200},
            {"ticker": "C", "target": 0.3},
            {"ticker": "D"},
            {"ticker": "E"},
        ],
    )
    # 1 - 0.1 - 200/1000 - 0.3 = 0.4 is left for two
    assert [asset.weight for asset in made.assets] == [0.1, None, 0.3, pytest.approx(0.2), pytest.approx(0.2)]
    assert made.assets[1].value == 200


def test_values_may_exceed_the_cash_but_three_thirds_are_one() -> None:
    scenario(portfolio={"initial_cash": 100}, assets=[{"ticker": "A", "value": 300}])
    scenario(assets=[{"ticker": ticker, "weight": 1 / 3} for ticker in "ABC"])


@pytest.mark.parametrize(
    ("given", "rule", "filled"),
    [
        ({"monthly_amount": 500}, "constant", {"monthly_amount": 500}),
        ({"rate": 0.04}, "percent", {"rate": 0.04}),
        ({"rule": "constant", "initial_rate": 0.04}, "constant", {"initial_rate": 0.04}),
        ({"rule": "vanguard", "rate": 0.05}, "vanguard", {"rate": 0.05, "floor": 0.025, "ceiling": 0.05}),
        (
            {"rule": "guyton_klinger", "initial_rate": 0.05, "years": 40},
            "guyton_klinger",
            {
                "initial_rate": 0.05,
                "upper_guardrail": 0.2,
                "lower_guardrail": 0.2,
                "adjustment": 0.1,
                "inflation_cap": 0.06,
                "years": 40,
            },
        ),
        (
            {"rule": "vpw", "years": 35, "floor": 0.1},
            "vpw",
            {"years": 35, "stock_share": 0.6, "stock_return": 0.05, "bond_return": 0.019, "floor": 0.1},
        ),
    ],
)
def test_a_withdrawal_rule_fills_in_its_own_keys_and_no_others(
    given: dict[str, Any], rule: str, filled: dict[str, Any]
) -> None:
    policy = scenario(withdrawal=given).withdrawal
    common = {"rule": rule, "coverage_ratio_min": 1.0, "inflation": 0.0, "funding": "bank"}
    assert {key: value for key, value in policy.model_dump().items() if value is not None} == common | filled


def test_false_takes_a_table_away() -> None:
    made = scenario(withdrawal=False, taxes=False, dynamic_sd_n=False)
    assert (made.withdrawal, made.taxes, made.dynamic_sd_n) == (None, None, None)
    assert scenario(dynamic_sd_n={}).dynamic_sd_n.gap_threshold == 0.02


def test_parameters_are_one_form_for_one_meaning() -> None:
    long = scenario(
        name="long",
        description="all written out",
        source="sample",
        portfolio={"initial_cash": 100_000.0, "start": date(2004, 8, 19), "cash_rate": -0.0},
        assets=[{"ticker": "AAPL", "sd_n": 8.0, "variant": "ath_only", "weight": 1, "band": [0, 1]}],
        taxes={"short_rate": 0, "long_rate": 0.25},
    )
    short = scenario(
        name="short",
        taxes={"long_rate": 0.25, "short_rate": 0.0},
        assets=[{"ticker": "AAPL"}],
        asset_defaults={"band": [0.0, 1.0], "sd_n": 8, "buyback_enabled": False},
        portfolio={"start": "2004-08-19"},
    )
    assert canonical_json(long.parameters()) == canonical_json(short.parameters())
    assert {"name", "description", "source", "sweep_of"}.isdisjoint(long.parameters())
    assert long.parameters()["portfolio"]["start"] == "2004-08-19"
    assert "-0.0" not in canonical_json(long.parameters())


def test_every_setting_is_a_parameter() -> None:
    base = scenario().parameters()
    changes: tuple[dict[str, Any], ...] = (
        {"portfolio": {"end": "2010-01-01"}},
        {"asset_defaults": {"lot_size": 0}},
        {"withdrawal": {"rate": 0.04}},
        {"taxes": {"short_rate": 0, "long_rate": 0}},
        {"rebalancing": {"drift": 0.1}},
        {"arbitrage": {"threshold": 0.2}},
        {"dynamic_sd_n": {}},
        {"assets": [{"ticker": "IBM"}]},
    )
    for change in changes:
        assert scenario(**change).parameters() != base, change


def test_parameters_lead_back_to_the_scenario_through_json() -> None:
    made = scenario(
        name="round",
        portfolio={"start": "2004-08-19", "end": "2013-03-01", "rebalancing_mode": "hybrid"},
        assets=[{"ticker": "AAPL", "band": [0.1, 0.9]}, {"ticker": "IBM", "band": [0.1, 0.9]}],
        withdrawal={"rule": "vpw", "years": 30},
        taxes={"short_rate": 0.3, "long_rate": 0.15},
        dynamic_sd_n={},
    )
    assert Scenario.from_parameters(json.loads(canonical_json(made.parameters())), name="round") == made


def test_a_scenario_cannot_be_changed() -> None:
    made = scenario()
    with pytest.raises(ValidationError, match="frozen"):
        made.name = "other"
    with pytest.raises(ValidationError, match="frozen"):
        made.assets[0].sd_n = 3
    assert hash(made) == hash(scenario())


def test_models_can_be_built_directly() -> None:
    assert Scenario(name="direct", assets=(AssetSettings(ticker="AAPL"),)).assets[0].weight == 1.0


def test_importing_it_loads_nothing_heavy() -> None:
    code = "import sys, sdengine.scenario; print(' '.join(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert {"numba", "polars", "pandera", "prefect", "duckdb", "pandas", "difflib"}.isdisjoint(loaded)
