"""What `sdengine scenarios --keys` tells: every key of the models, and examples that are valid."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest

from flows.errors import UsageError
from flows.scenarios.keys import explained, keys
from sdengine.scenario import Scenario, expand
from sdengine.scenario.asset import AssetSettings
from sdengine.scenario.portfolio import PortfolioSettings
from sdengine.scenario.withdrawal import SPENDING_RULES, Withdrawal

BASE: dict[str, Any] = {"assets": [{"ticker": "AAPL"}, {"ticker": "IBM"}]}


def test_every_key_of_a_table_is_told() -> None:
    told = {key.key for key in keys()}
    for table, model in (("portfolio", PortfolioSettings), ("assets", AssetSettings), ("withdrawal", Withdrawal)):
        assert {f"{table}.{name}" for name in model.model_fields} <= told


@pytest.mark.parametrize("key", keys(), ids=lambda key: key.key)
def test_every_key_is_explained_and_its_example_is_valid(key: Any) -> None:
    assert key.meaning
    assert key.allowed
    assert key.default
    example = tomllib.loads(key.example)
    name = key.key.rpartition(".")[2]
    document = {**BASE, **example}
    document.setdefault("asset_defaults", {})
    if key.key == "taxes.short_rate":
        document["taxes"] |= {"long_rate": 0.15}
    if key.key == "taxes.long_rate":
        document["taxes"] |= {"short_rate": 0.35}
    if key.key.startswith("withdrawal.") and name not in ("rate", "monthly_amount"):
        document["withdrawal"] = _with_rule(name, example["withdrawal"])
    if document.get("portfolio", {}).get("rebalancing_mode") in ("rebalancing", "hybrid"):
        document["asset_defaults"] |= {"target": 0.25, "band": [0.1, 0.3]}
    if key.key == "extends":
        return  # it names another scenario
    scenarios = expand(document, name="example")
    assert all(isinstance(one, Scenario) for one in scenarios)


def _with_rule(name: str, given: dict[str, Any]) -> dict[str, Any]:
    """Add what the example's rule needs beside it."""
    if name == "rule":
        rules = [given["rule"]]
    else:
        rules = [rule for rule, of in SPENDING_RULES.items() if name in (*of.amount, *of.defaults, *of.optional)] or [
            "constant"
        ]
    amount = SPENDING_RULES[rules[0]].amount[0]
    needed = {} if name in SPENDING_RULES[rules[0]].amount else {amount: 30 if amount == "years" else 0.04}
    return {"rule": rules[0], **needed, **given}


def test_a_key_is_found_by_its_own_name_its_table_and_both() -> None:
    assert [key["key"] for key in explained("path")] == ["portfolio.path"]
    assert [key["key"] for key in explained("portfolio.path")] == ["portfolio.path"]
    assert [key["key"] for key in explained("asset_defaults.sd_n")] == ["assets.sd_n"]
    assert [key["key"] for key in explained("taxes")] == ["taxes.short_rate", "taxes.long_rate"]
    assert explained("path")[0]["default"] == '"nearest"'
    assert explained("path")[0]["allowed"] == "nearest, high_first, low_first, calm, busy, random"


def test_a_key_that_there_is_not_is_refused_with_the_nearest() -> None:
    with pytest.raises(UsageError, match=r"--keys lot_sise: no key is called so; did you mean lot_size\?"):
        explained("lot_sise")
