"""In which words is told whether an income would have lasted."""

from __future__ import annotations

from typing import Any

import pytest

from flows.results.lasting import income, remarks, safe, success
from sdengine.scenario import Retire

ROW: dict[str, Any] = {
    "basis": "windows", "years": 30, "rate": 0.04, "rule": "constant", "cases": 1498, "span_years": 155.0,
    "success": 0.96929, "success_low": 0.544, "success_high": 0.9987, "independent": 5.2, "mc_error": None,
    "monotone": True, "reason": None, "who": "scenario",
}  # fmt: skip
DRAWN = ROW | {"basis": "drawn", "cases": 10_000, "mc_error": 0.0017}


def test_success_stands_beside_what_the_history_cannot_know() -> None:
    assert success(ROW) == (
        "In 96.9 % of 1,498 windows of the past every amount was paid; this history holds 5.2 independent 30-year"
        " pasts: it could be 54 % to 100 %."
    )
    assert success(DRAWN).startswith(
        "In 96.9 % of 10,000 drawn futures every amount was paid (drawing others moves it by 0.2 points); this history"
    )


@pytest.mark.parametrize(
    ("share", "cases", "said"),
    [
        (1.0, 57, "In all 57 windows of the past every amount was paid;"),
        (0.0, 57, "In none of 57 windows of the past was every amount paid;"),
        (1.0, 1, "In the one window of the past every amount was paid;"),
        (0.0, 1, "In no window of the past was every amount paid;"),
        (1 / 3000, 3000, "In less than 0.1 % of 3,000 windows of the past every amount was paid;"),
        (2999 / 3000, 3000, "In more than 99.9 % of 3,000 windows of the past every amount was paid;"),
    ],
)
def test_all_and_none_are_words_and_what_rounds_to_them_is_not_called_so(share: float, cases: int, said: str) -> None:
    assert success(ROW | {"success": share, "cases": cases}).startswith(said)


def test_what_could_have_been_asked_for_is_told_beside_it() -> None:
    assert safe(ROW | {"swr_0": 0.0393, "swr_5": 0.041}) == [
        "The most that would have been paid in all 1,498 windows of the past is 3.9 % of the initial cash a year; in"
        " 95 % of them, 4.1 %."
    ]
    assert safe(ROW | {"cases": 1, "swr_0": 0.0393, "swr_5": 0.0393}) == [
        "The most that would have been paid in the one window of the past is 3.9 % of the initial cash a year."
    ]
    assert safe(ROW | {"swr_0": None, "swr_5": None}) == [], "a rule that never fails"


def test_less_than_one_past_is_told_and_has_no_interval() -> None:
    few = DRAWN | {"success_low": None, "success_high": None, "independent": 0.3, "span_years": 9.0}
    assert success(few).endswith("; but this history holds less than one such retirement, 0.3.")


def test_where_nothing_was_played_it_says_why() -> None:
    none = ROW | {"success": None, "cases": 0, "reason": "30 years are more than half"}
    assert success(none) == "On windows of the past nothing can be said: 30 years are more than half."


def test_what_is_taken_out() -> None:
    assert income(ROW, Retire(rates=(0.04,))) == "4 % of the initial cash a year"
    assert income(ROW | {"rate": 0.0425}, Retire()) == "4.2 % of the initial cash a year"
    assert income(ROW | {"rate": None}, Retire(amount=1500.0)) == "1,500 a month"
    assert income(ROW | {"rate": None, "rule": "vpw"}, Retire()) == "by its own rule, vpw"


def test_what_a_drawn_future_is_and_is_not() -> None:
    said = remarks([ROW, DRAWN | {"span_years": 9.0}], Retire(block_weeks=12.0))
    assert said == [
        "A drawn future is the past's own days in another order: whole weeks of all assets together, in blocks of"
        " 12 weeks on average. What the past has not had, no future drawn from it has.",
        "Each week of these 9.0 years appears about 3.3 times in 30 years.",
        "Success tells how often such pasts would have paid; it is no forecast.",
    ]
    assert remarks([ROW], Retire()) == said[-1:]


def test_what_there_is_to_know_is_told_once() -> None:
    missing = {"success": None, "cases": 0}
    benchmark = ROW | missing | {"who": "benchmark", "reason": "SPY does not cover the past"}
    long = "30 years are more than half"
    rows = [ROW | missing | {"reason": long}, ROW | missing | {"who": "buy_and_hold", "reason": long}, benchmark]
    told = remarks([*rows, benchmark], Retire())
    assert told == ["Benchmark: SPY does not cover the past.", told[-1]]
    cut = remarks([ROW | {"reason": "the past is cut at 2013-03-01."}], Retire())
    assert cut[0] == "This portfolio: the past is cut at 2013-03-01."


def test_other_returns_shares_and_rates_that_hold_again_are_told() -> None:
    told = remarks([DRAWN], Retire(expected_return=0.03))
    assert "Each asset is made to grow by 3 % a year on average." in told
    assert "Each asset is made to grow by nothing on average." in remarks([DRAWN], Retire(expected="none"))
    odd = remarks([DRAWN | {"rule": "percent", "monotone": False}], Retire())
    assert [line.split(":")[0] for line in odd[1:3]] == [
        "A rule that takes a share of what is there never fails",
        "In some case a higher rate held again where a lower one had not",
    ]
