"""`extends`: what an heir keeps of its base, and which file a problem is told of."""

from typing import Any

import pytest

from sdengine.scenario import Document, Scenario, ScenarioError, expand
from sdengine.scenario.inherit import Find

BASE = {
    "name": "base",
    "description": "a base",
    "portfolio": {"initial_cash": 1000, "path": "calm"},
    "asset_defaults": {"sd_n": 12, "weight": 0.2},
    "assets": [{"ticker": "A", "sd_n": 6}, {"ticker": "B"}, {"ticker": "C", "lot_size": 0}],
    "withdrawal": {"monthly_amount": 10, "inflation": 0.02, "funding": "pro_rata"},
}


def family(**others: dict[str, Any]) -> Find:
    documents = {name: Document(name, tables, f"{name}.toml") for name, tables in ({"base": BASE} | others).items()}
    return lambda reference, heir: documents[reference]


def heir(find: Find | None = None, **tables: Any) -> Scenario:
    return expand({"extends": "base", **tables}, name="heir", file="heir.toml", find=find or family())[0]


def test_an_heir_says_only_what_differs() -> None:
    made = heir(portfolio={"initial_cash": 500})
    assert (made.name, made.description) == ("heir", "")
    assert (made.portfolio.initial_cash, made.portfolio.path) == (500, "calm")
    assert [(a.ticker, a.sd_n, a.lot_size) for a in made.assets] == [("A", 6, 1), ("B", 12, 1), ("C", 12, 0)]


def test_the_heirs_assets_say_which_there_are_and_keep_their_settings() -> None:
    made = heir(assets=[{"ticker": "C"}, {"ticker": "D"}, {"ticker": "A", "quantity": 3}])
    assert [(a.ticker, a.sd_n, a.lot_size) for a in made.assets] == [("C", 12, 0), ("D", 12, 1), ("A", 6, 1)]
    assert (made.assets[2].quantity, made.assets[2].weight) == (3, None)


def test_alternatives_in_the_heir_put_those_of_the_base_aside() -> None:
    made = heir(asset_defaults={"value": 50, "buyback_enabled": False}, withdrawal={"rate": 0.04})
    assert {(a.value, a.weight, a.variant) for a in made.assets} == {(50, None, "ath_only")}
    assert (made.withdrawal.rule, made.withdrawal.inflation, made.withdrawal.funding) == ("percent", 0.02, "pro_rata")


def test_another_rule_starts_from_its_own_defaults() -> None:
    made = heir(withdrawal={"rule": "vpw", "years": 30})
    assert (made.withdrawal.monthly_amount, made.withdrawal.years, made.withdrawal.inflation) == (None, 30, 0.02)


def test_a_table_can_be_taken_away() -> None:
    assert heir(withdrawal=False).withdrawal is None


def test_a_sweep_is_not_inherited_and_a_chain_is_followed() -> None:
    middle = {"extends": "base", "portfolio": {"cash_rate": 0.01}, "sweep": {"asset_defaults.sd_n": [1, 2]}}
    find = family(middle=middle)
    made = expand({"extends": "middle"}, name="heir", find=find)
    assert [(m.name, m.portfolio.cash_rate, m.portfolio.initial_cash) for m in made] == [("heir", 0.01, 1000)]
    assert [m.name for m in expand(middle, name="middle", find=find)] == ["middle[sd_n=1]", "middle[sd_n=2]"]


def test_circles_are_refused() -> None:
    find = family(first={"extends": "second"}, second={"extends": "first"})
    with pytest.raises(ScenarioError, match="goes round in a circle: first extends second extends first"):
        expand({"extends": "second"}, name="first", file="first.toml", find=find)


@pytest.mark.parametrize("reference", [3, "", ["base"]])
def test_extends_is_a_name(reference: object) -> None:
    with pytest.raises(ScenarioError, match="allowed: the name of a scenario or a file"):
        expand({"extends": reference}, name="heir", find=family())


def test_a_problem_is_told_of_the_file_where_it_stands() -> None:
    broken = BASE | {"portfolio": {"initial_cash": -1}, "assets": [{"ticker": "A", "sd_n": 0}, {"ticker": "B"}]}
    with pytest.raises(ScenarioError) as caught:
        heir(
            find=family(base=broken),
            portfolio={"path": "zigzag"},
            assets=[{"ticker": "B", "lot_size": -1}, {"ticker": "A"}],
            sweep={"portfolio.cash_rate": [-3]},
        )
    assert {problem.key: problem.file for problem in caught.value.problems} == {
        "portfolio.initial_cash": "base.toml",
        "assets.A.sd_n": "base.toml",
        "portfolio.path": "heir.toml",
        "assets.B.lot_size": "heir.toml",
        "portfolio.cash_rate": "heir.toml",
    }


def test_names_that_mean_something_else_are_refused() -> None:
    for name in ("a[b]", "ath_only~1"):
        with pytest.raises(ScenarioError, match="which mark sweeps and twins"):
            expand({"name": name, "assets": [{"ticker": "A"}]}, name="file")
