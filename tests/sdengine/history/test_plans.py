"""Every setting of a scenario reaches the engine: another value makes other records."""

from __future__ import annotations

import ast
import copy
from pathlib import Path
from typing import Any

import pytest

from sdengine.history.plans import plan_of, rules_of
from sdengine.scenario import Scenario
from sdengine.scenario.asset import BUDGETS
from sdengine.scenario.schema import TABLES, known_keys, node_at
from sdengine.scenario.withdrawal import COMMON, SPENDING_RULES

TESTS = Path(__file__).parents[2]

ELSEWHERE = {
    "portfolio.start": "cuts the bars",
    "portfolio.end": "cuts the bars",
    "assets.ticker": "chooses the bars",
    "assets.asset_class": "a label for people and for validation",
    "assets.buyback_enabled": "becomes the variant when a scenario is read",
}
"""Settings that are no part of the records, and what they do instead."""

SETTINGS = [
    f"{table}.{key}"
    for table in TABLES
    if table != "asset_defaults"
    for key in known_keys(("assets", 0) if table == "assets" else (table,))
    if f"{table}.{key}" not in ELSEWHERE
]


def everything_on(rule: str) -> dict[str, Any]:
    """Lay out the parameters of a scenario that uses every table, with that spending rule."""
    keys = SPENDING_RULES[rule]
    policy = {"rule": rule, keys.amount[0]: 20} if keys.amount[0] == "years" else {"rule": rule, keys.amount[0]: 0.05}
    tables = {
        "portfolio": {"rebalancing_mode": "rebalancing"},
        "assets": [{"ticker": "A", "weight": 0.5, "target": 0.5, "band": [0.1, 0.9]}],
        "withdrawal": policy | dict.fromkeys(keys.optional, 0.1),
        "taxes": {"short_rate": 0.3, "long_rate": 0.2},
        "rebalancing": {"calendar": "month"},
        "dynamic_sd_n": {},
    }
    return Scenario.from_dict(tables).parameters()


def another(value: Any, node: Any) -> Any:
    """Another value that the schema allows."""
    if "enum" in node:
        return next(word for word in node["enum"] if word != value)
    if isinstance(value, bool):
        return not value
    if isinstance(value, list):
        return [0.2, 0.8]
    if node["type"] == "integer":
        return (value or 0) + 1
    return 0.9 * (value or 0.1) + 0.001


def change(parameters: dict[str, Any], table: str, key: str) -> Scenario:
    """Put another value in the place of a setting, and read the scenario anew."""
    changed = copy.deepcopy(parameters)
    place = changed["assets"][0] if table == "assets" else changed[table]
    if key in BUDGETS:
        place |= dict.fromkeys(BUDGETS)
    place[key] = another(place[key], node_at(("assets", 0, key) if table == "assets" else (table, key)))
    return Scenario.from_parameters(changed)


def records(scenario: Scenario) -> tuple[bytes, bytes]:
    return plan_of(scenario).tobytes(), rules_of([scenario]).tobytes()


@pytest.mark.parametrize("setting", SETTINGS)
def test_a_setting_changes_the_records(setting: str) -> None:
    table, _, key = setting.partition(".")
    takers = [rule for rule, keys in SPENDING_RULES.items() if key in (*keys.amount, *keys.defaults, *keys.optional)]
    if setting == "withdrawal.rule":
        assert records(Scenario.from_parameters(everything_on("vpw"))) != records(
            Scenario.from_parameters(everything_on("percent"))
        )
        return
    rule = takers[0] if table == "withdrawal" and key not in COMMON else "percent"
    parameters = everything_on(rule)
    if key in SPENDING_RULES[rule].amount and parameters[table][key] is None:  # the other way to give the amount
        parameters[table] |= dict.fromkeys(SPENDING_RULES[rule].amount)
    unchanged = records(change(parameters, table, key)) == records(Scenario.from_parameters(everything_on(rule)))
    assert not unchanged, f"{setting} reaches no record: give it a field in kernel/records, set in history/plans"


@pytest.mark.parametrize("place", ["strategies/scenarios.py", "oracle/*.py"])
def test_a_setting_is_drawn_at_random_and_known_to_the_oracle(place: str) -> None:
    """Else engine and oracle agree on it by never hearing of it."""
    nodes = [node for file in TESTS.glob(place) for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))]
    words = {node.value for node in nodes if isinstance(node, ast.Constant)}
    unheard = [setting for setting in SETTINGS if setting.partition(".")[2] not in words]
    assert not unheard, f"{', '.join(unheard)} missing in tests/{place}"


def test_the_list_of_settings_is_whole() -> None:
    assert {setting.partition(".")[0] for setting in SETTINGS} == set(TABLES) - {"asset_defaults"}
    assert len(SETTINGS) > 40
