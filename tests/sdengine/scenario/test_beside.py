"""Tables that only compare or judge: no parameters, no part of a twin, nothing that a sweep varies."""

from typing import Any

import pytest

from sdengine.scenario import Scenario, ScenarioError, expand
from sdengine.scenario.tables import BESIDE

TWO: dict[str, list[dict[str, Any]]] = {
    "benchmark": [{"ticker": "SPY"}, {"weights": {"SPY": 0.6, "AGG": 0.4}}],
    "judge": [{"worlds": 99}, {"every": "week"}],
    "retire": [{"rates": [0.04]}, {"amount": 1500, "horizon": 20}],
}
"""Two valid settings of each such table: a table that joins `BESIDE` joins here."""


def scenario(**tables: Any) -> Scenario:
    return Scenario.from_dict({"assets": [{"ticker": "AAPL"}], **tables})


def test_every_table_beside_is_tried_here() -> None:
    assert set(TWO) == set(BESIDE)


@pytest.mark.parametrize("table", sorted(TWO))
def test_it_is_read_but_is_no_parameter_and_no_part_of_a_twin(table: str) -> None:
    plain, made = scenario(), [scenario(**{table: given}) for given in TWO[table]]
    assert len({repr(getattr(each, table)) for each in (plain, *made)}) == 3
    for each in made:
        assert each.parameters() == plain.parameters()
        for variant in ("buy_and_hold", "ath_only"):
            assert each.twin(variant) == plain.twin(variant)


@pytest.mark.parametrize("table", sorted(TWO))
def test_a_sweep_cannot_vary_it(table: str) -> None:
    tables = {"assets": [{"ticker": "AAPL"}], "sweep": {table: TWO[table]}}
    with pytest.raises(ScenarioError, match=f"unknown key `{table}"):
        expand(tables, name="mine")


def test_a_benchmark_is_one_ticker_or_several_by_weight() -> None:
    one, several = (scenario(benchmark=given).benchmark for given in TWO["benchmark"])
    assert one is not None
    assert several is not None
    assert (one.held(), str(one)) == ({"SPY": 1.0}, "SPY")
    assert (several.held(), str(several)) == ({"SPY": 0.6, "AGG": 0.4}, "SPY 0.6, AGG 0.4")


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({}, "`benchmark.ticker` is missing; the benchmark needs it, or `weights` of several"),
        ({"ticker": "A", "weights": {"B": 1}}, "`benchmark.weights` stands beside `ticker`; allowed: one of them"),
        (
            {"weights": {"A": 0.7, "B": 0.4}},
            "the weights of `benchmark.weights` sum to 1.1; allowed: at most 1, the rest is cash",
        ),
        ({"weights": {"A": 1.5}}, "`benchmark.weights.A` is 1.5; allowed: a number from 0 to 1"),
        ({"weights": {"A B": 1}}, "`benchmark.weights` names the ticker 'A B'; allowed: a text without blanks"),
        ({"tickers": "A"}, "unknown key `benchmark.tickers`; did you mean `ticker`?"),
    ],
    ids=str,
)
def test_a_benchmark_that_says_nothing_clear_is_refused(given: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        scenario(benchmark=given)
    assert sentence in [problem.text for problem in caught.value.problems]


def test_an_heir_puts_the_other_kind_of_benchmark_aside() -> None:
    from sdengine.scenario import Document

    base = Document("base", {"assets": [{"ticker": "AAPL"}], "benchmark": {"ticker": "SPY"}})
    heirs: list[dict[str, Any]] = [{"benchmark": {"weights": {"AGG": 1}}}, {"benchmark": False}, {}]
    made = [expand({"extends": "base", **heir}, name="heir", find=lambda *_: base)[0].benchmark for heir in heirs]
    assert [each and each.held() for each in made] == [{"AGG": 1.0}, None, {"SPY": 1.0}]
