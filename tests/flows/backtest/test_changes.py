"""The reasons of a plan, in the words that a person reads."""

from __future__ import annotations

import json

from flows.backtest.changes import data_changes, parameter_changes


def as_json(**parameters: object) -> str:
    return json.dumps(parameters)


def test_equal_parameters_are_no_change_whatever_the_order_of_their_keys() -> None:
    assert parameter_changes('{"a": 1, "b": {"c": 2}}', '{"b": {"c": 2}, "a": 1}') is None


def test_a_changed_parameter_is_told_with_both_values() -> None:
    old = as_json(portfolio={"path": "nearest", "cash_rate": 0.0}, taxes=None)
    new = as_json(portfolio={"path": "single", "cash_rate": 0.025}, taxes=None)
    assert parameter_changes(old, new) == "changed portfolio.cash_rate: 0 → 0.025, portfolio.path: nearest → single"


def test_assets_are_matched_by_ticker_and_not_by_place() -> None:
    a, b = {"ticker": "A", "sd_n": 8}, {"ticker": "B", "sd_n": 8}
    assert parameter_changes(as_json(assets=[a, b]), as_json(assets=[a, b | {"sd_n": 6}])) == (
        "changed assets.B.sd_n: 8 → 6"
    )
    added = parameter_changes(as_json(assets=[b]), as_json(assets=[a, b]))
    assert added is not None
    assert "assets.A.sd_n: none → 8" in added
    assert "assets.B" not in added


def test_many_changes_are_counted() -> None:
    old, new = as_json(a=1, b=1, c=1, d=1, e=1), as_json(a=2, b=2, c=2, d=2, e=2)
    assert parameter_changes(old, new) == "changed a: 1 → 2, b: 1 → 2, c: 1 → 2 and 2 more"


def test_tickers_with_the_same_story_are_told_together() -> None:
    told = data_changes({"B": "3 new bars", "A": "3 new bars", "C": "bars revised"})
    assert told == "A, B: 3 new bars, C: bars revised"
    assert data_changes({}) is None
