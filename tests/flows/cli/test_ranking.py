"""`sdengine ranking`: the ranking of `metrics.ranking`, or by another column; a sweep is one line."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.cli.ranking import AGAINST_HOLD
from flows.results.ranking import LOWEST_FIRST
from schemas.views import VIEWS
from tests.flows.cli.home import ask, records
from warehouse import Results


def test_it_is_that_of_metrics_ranking(nights: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Results.open(nights / "data") as results:
        places = results.rows("select place, scenario from metrics.ranking order by place")
    ranked = records(nights, monkeypatch, "ranking", "--all")
    assert [(row["place"], row["scenario"]) for row in ranked] == places
    assert len(places) == 6


def test_of_a_sweep_the_best_stands_for_all_and_the_rest_is_one_command_away(
    nights: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    every = records(nights, monkeypatch, "ranking", "--all")
    best = next(row["scenario"] for row in every if row["sweep"] == "grid")
    shown = [row for row in records(nights, monkeypatch, "ranking") if row["sweep"] == "grid"]
    assert [(row["scenario"], row["members"]) for row in shown] == [(best, 2)]
    text = ask(nights, monkeypatch, "ranking").stdout
    assert "a sweep is one line, its best member's; with the other 1:\n  sdengine ranking --all\n" in text
    members = records(nights, monkeypatch, "ranking", "grid")
    assert {row["scenario"] for row in members} == {"grid[sd_n=4]", "grid[sd_n=16]"}


def test_by_another_column_the_best_comes_first(nights: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    falls = [row["max_drawdown"] for row in records(nights, monkeypatch, "ranking", "--all", "--by", "max_drawdown")]
    assert falls == sorted(falls)
    ranked = records(nights, monkeypatch, "ranking", "--all", "--by", "turnover")
    assert [row["place"] for row in ranked] == [1, 2, 3, 4, 5, 6]
    values = [row["final_value"] for row in records(nights, monkeypatch, "ranking", "--by", "final_value")]
    assert values == sorted(values, reverse=True)
    title = ask(nights, monkeypatch, "ranking", "--by", "max_drawdown").stdout.splitlines()[0]
    assert title == "Scenarios by max_drawdown, the lowest first"


def test_columns_of_which_less_is_better_exist() -> None:
    ranking = next(view for view in VIEWS if view.name == "metrics.ranking")
    assert {column.name for column in ranking.columns} >= LOWEST_FIRST


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--by", "cagrr"), "--by cagrr: metrics.ranking has no column of numbers of this name; did you mean cagr?"),
        (("--by", "scenario"), "--by scenario: metrics.ranking has no column of numbers"),
        (("gird",), "sweep gird: no sweep is called so; did you mean grid?; there are grid"),
    ],
)
def test_what_there_is_not_is_refused(
    nights: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], sentence: str
) -> None:
    done = ask(nights, monkeypatch, "ranking", *words)
    assert done.exit_code == 2
    assert sentence in done.stderr


def testAGAINST_HOLD_in_points_or_that_the_twin_paid_nothing() -> None:
    record = {"withdrawals": 0.0, "buy_and_hold_withdrawals": 0.0, "excess_cagr": -0.0287}
    assert AGAINST_HOLD(record) == "-2.9"
    assert AGAINST_HOLD(record | {"withdrawals": 5.0}) == "no income"
    assert AGAINST_HOLD(record | {"withdrawals": 5.0, "buy_and_hold_withdrawals": 4.0}) == "-2.9"
    assert AGAINST_HOLD(record | {"excess_cagr": None}) == ""
