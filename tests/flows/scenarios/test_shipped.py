"""The scenarios that ship: all valid, for the sample's tickers and window, and what was promised is there."""

from __future__ import annotations

import json
import tomllib
from datetime import date
from pathlib import Path
from typing import Any, get_args

import pytest

from flows.scenarios.files import SHIPPED, LoadedScenarios, load_scenarios
from sdengine.scenario import Scenario, check_against, json_schema
from sdengine.scenario.portfolio import RebalancingMode
from sdengine.scenario.withdrawal import SpendingRule

SAMPLE = {ticker: (date(2000, 3, 1), date(2013, 3, 1)) for ticker in ("AAPL", "IBM", "MSFT")}
SAMPLE["GOOG"] = (date(2004, 8, 19), date(2013, 3, 1))
FILES = sorted(SHIPPED.glob("*.toml"))


@pytest.fixture(scope="module")
def loaded() -> LoadedScenarios:
    return load_scenarios()


def named(loaded: LoadedScenarios, name: str) -> Scenario:
    return next(scenario for scenario in loaded.scenarios if scenario.name == name)


def test_all_are_valid_and_fit_the_sample(loaded: LoadedScenarios) -> None:
    assert loaded.invalid == ()
    for scenario in loaded.scenarios:
        if scenario.source is None:
            assert check_against(scenario, SAMPLE) == []
        assert scenario.description


@pytest.mark.parametrize("variant", ["buy_and_hold", "full", "ath_only", "ath_sell"])
def test_each_variant_has_its_scenario_and_they_differ_in_nothing_else(loaded: LoadedScenarios, variant: str) -> None:
    scenario, full = named(loaded, variant), named(loaded, "full")
    assert {asset.variant for asset in scenario.assets} == {variant}
    assert scenario.portfolio == full.portfolio
    assert [a.model_copy(update={"variant": "full"}) for a in scenario.assets] == list(full.assets)


def test_the_scarce_pair_differs_in_its_mode_alone(loaded: LoadedScenarios) -> None:
    simple, nav = named(loaded, "scarce_simple").parameters(), named(loaded, "scarce_nav_opportunistic").parameters()
    assert simple["portfolio"].pop("rebalancing_mode") == "simple"
    assert nav["portfolio"].pop("rebalancing_mode") == "nav_opportunistic"
    assert simple == nav


def test_the_retirement_that_ships_has_windows_and_futures(loaded: LoadedScenarios) -> None:
    """Thirteen years allow windows of six; few futures, since the first night waits for them."""
    scenario = named(loaded, "retirement")
    assert scenario.retire is not None
    assert {asset.ticker for asset in scenario.assets} == {"AAPL", "IBM", "MSFT"}
    assert (scenario.portfolio.start, scenario.retire.horizon) == (date(2000, 3, 1), 6)
    assert 100 <= scenario.retire.paths <= 300
    assert [one.name for one in loaded.scenarios if one.retire is not None] == ["retirement"]


def test_the_sweep_spans_sd_n_and_profit_sharing(loaded: LoadedScenarios) -> None:
    swept = [scenario for scenario in loaded.scenarios if scenario.sweep_of == "sweep_sd_n_profit_sharing"]
    pairs = {(scenario.assets[0].sd_n, scenario.assets[0].profit_sharing_pct) for scenario in swept}
    assert len(pairs) == len(swept) >= 48
    assert len({scenario.twin("buy_and_hold").name for scenario in swept}) == 1


def test_the_designs_portfolio_waits_for_its_source(loaded: LoadedScenarios) -> None:
    scenario = named(loaded, "design_portfolio")
    assert scenario.source == "yfinance"
    assert scenario.portfolio.initial_cash == 400_000
    assert scenario.portfolio.rebalancing_mode == "nav_opportunistic"
    assert [(a.ticker, a.asset_class, a.quantity, a.sd_n) for a in scenario.assets] == [
        ("NVDA", "growth_stocks", 1000, 8),
        ("BTC-USD", "crypto", 1000, 8),
        ("SPY", "indices", 1000, 12),
        ("GLD", "commodities", 1000, 12),
    ]


def test_an_income_that_is_always_paid_differs_in_that_alone(loaded: LoadedScenarios) -> None:
    """Member by member of `would_it_last`."""
    covered = [one for one in loaded.scenarios if one.sweep_of == "would_it_last"]
    always = [one for one in loaded.scenarios if one.sweep_of == "always_paid"]
    assert len(covered) == len(always) == 6
    for one, other in zip(covered, always, strict=True):
        asked, paid = one.parameters(), other.parameters()
        assert asked["withdrawal"] | {"coverage_ratio_min": 0.0, "funding": "pro_rata"} == paid["withdrawal"]
        assert {**asked, "withdrawal": None} == {**paid, "withdrawal": None}


def test_every_mode_policy_and_spending_rule_has_a_scenario(loaded: LoadedScenarios) -> None:
    assert named(loaded, "rebalancing").portfolio.rebalancing_mode == "rebalancing"
    assert named(loaded, "hybrid_bands").portfolio.rebalancing_mode == "hybrid"
    modes = {s.portfolio.rebalancing_mode for s in loaded.scenarios if s.sweep_of == "modes"}
    assert modes == set(get_args(RebalancingMode))
    assert named(loaded, "arbitrage").arbitrage.fraction > 0
    assert named(loaded, "dynamic_sd_n").dynamic_sd_n is not None
    assert named(loaded, "taxes").taxes is not None
    withdrawal = named(loaded, "withdrawals").withdrawal
    assert withdrawal is not None
    assert withdrawal.coverage_ratio_min == 1
    rules = {s.withdrawal.rule for s in loaded.scenarios if s.sweep_of == "spending_rules" and s.withdrawal}
    assert rules == set(get_args(SpendingRule))


def test_the_schema_that_ships_is_current() -> None:
    current = json.loads((SHIPPED / "schema.json").read_text(encoding="utf-8")) == json_schema()
    assert current, "refresh it with: python -m flows.scenarios.schema"


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_files_point_editors_to_the_schema_and_obey_it(file: Path) -> None:
    jsonschema = pytest.importorskip("jsonschema", reason="Prefect brings it")
    text = file.read_text(encoding="utf-8")
    assert text.startswith("#:schema schema.json\n")
    validator = jsonschema.Draft202012Validator(json_schema())
    tables = _json_like(tomllib.loads(text))
    assert [error.message for error in validator.iter_errors(tables)] == []


@pytest.mark.parametrize(
    "tables",
    [
        {"portfolio": {"initial_cash": 0}},
        {"portfolio": {"inital_cash": 1}},
        {"portfolio": {"path": "zigzag"}},
        {"asset_defaults": {"buyback_enabled": 1}},
        {"asset_defaults": {"band": [0.1]}},
        {"withdrawal": True},
        {"sweep": {"portfolio.path": 3}},
        {"sweep": {"portfolio.cash_rate": {"from": 1, "to": 2}}},
        {"sweep": {"max_members": 0}},
        {"nonsense": 1},
    ],
    ids=str,
)
def test_the_schema_refuses_what_the_models_refuse(tables: dict[str, Any]) -> None:
    jsonschema = pytest.importorskip("jsonschema", reason="Prefect brings it")
    validator = jsonschema.Draft202012Validator(json_schema())
    apple = {"assets": [{"ticker": "AAPL"}]}
    assert validator.is_valid(apple)
    assert validator.is_valid({"extends": "full", "withdrawal": False})
    assert not validator.is_valid(apple | tables)
    assert not validator.is_valid({})


def _json_like(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _json_like(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_json_like(inner) for inner in value]
    return value.isoformat() if isinstance(value, date) else value


def test_the_files_lie_in_the_package() -> None:
    assert Path(__file__).parents[3] / "flows" / "scenarios" / "shipped" == SHIPPED
