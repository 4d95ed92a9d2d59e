"""The text of parameters that is put together from pieces, held against the one that is written as a whole."""

from typing import Any

from hypothesis import given, settings

from schemas.canonical import canonical_json
from sdengine.scenario import Scenario
from sdengine.scenario.twins import TWINS, outline_of
from tests.strategies.scenarios import scenarios


def assert_outlined(made: Scenario) -> None:
    assert outline_of(made).parameters == canonical_json(made.parameters())
    assert outline_of(made).bars_before == made.bars_before
    for variant in TWINS:
        twin, outline = made.twin(variant, "twin"), outline_of(made, variant)
        assert outline.parameters == canonical_json(twin.parameters())
        assert outline.bars_before == twin.bars_before


@given(scenarios(3))
@settings(max_examples=50)
def test_an_outline_writes_what_the_scenario_and_its_twins_would(tables: dict[str, Any]) -> None:
    assert_outlined(Scenario.from_dict(tables))


def test_quotes_and_what_looks_like_the_place_of_a_ticker_are_written_as_text() -> None:
    tickers = ['A"B', "C\\", "Ä", '"ticker":""']
    label = 'x","ticker":"","y":"\\"ticker":""'
    assets = [{"ticker": ticker, "asset_class": label} for ticker in tickers]
    assert_outlined(Scenario.from_dict({"assets": assets}))


def test_neighbours_of_which_one_setting_differs_are_told_apart() -> None:
    changes: list[dict[str, Any]] = [
        {},
        {"lot_size": 0},
        {"lot_size": -0.0},
        {"asset_class": "stocks"},
        {"value": 50},
        {"weight": 0.25},
        {"quantity": 50},
        {"sd_n": 9},
        {"profit_sharing_pct": 9},
        {"variant": "ath_sell"},
        {"target": 0.5},
        {"band": [0.25, 0.5]},
    ]
    made = [Scenario.from_dict({"assets": [{"ticker": "A"} | change, {"ticker": "B"}]}) for change in changes]
    for scenario in made:
        assert_outlined(scenario)
    assert len({outline_of(scenario).parameters for scenario in made}) == len(changes) - 1  # 0 and -0.0 are one
