"""What always holds, on random markets and scenarios over every feature (`sdengine/RULES.md`, "What always holds")."""

from __future__ import annotations

import copy
import random
import warnings
from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import assume, given, settings

from tests.oracle import run_oracle
from tests.oracle.engine_side import frame_of, named, run_engine
from tests.oracle.invariants import check_all
from tests.strategies.lively import LIVELY, lively_scenario
from tests.strategies.markets import make_bars
from tests.strategies.profiles import examples
from tests.strategies.scenarios import MODES, PATHS, cases

Case = tuple[dict[str, Any], list[dict[str, Any]]]


@settings(max_examples=examples(300))
@given(cases())
def test_engine_keeps_the_books(case: Case) -> None:
    scenario, bars = case
    check_all(scenario, run_engine(scenario, bars), bars)


@settings(max_examples=examples(60))
@given(cases())
def test_oracle_keeps_the_books(case: Case) -> None:
    scenario, bars = case
    check_all(scenario, vars(run_oracle(scenario, bars)), bars)


@pytest.mark.parametrize("column", ["bank_after", "holdings_after", "qty", "total", "costs"])
def test_a_wrong_fill_breaks_the_books(column: str) -> None:
    scenario = lively_scenario("nav_opportunistic", "nearest", "full", initial_cash=100_000.0)
    bars = make_bars(3, LIVELY, days=60)
    tables = vars(run_oracle(scenario, bars))
    check_all(scenario, tables, bars)
    wrong = copy.deepcopy(tables)
    wrong["fills"][len(wrong["fills"]) // 2][column] += 1.0
    with pytest.raises(AssertionError):
        check_all(scenario, wrong, bars)


@pytest.mark.parametrize("column", ["total_value", "bank", "nav_value", "withdrawn"])
def test_a_wrong_day_breaks_the_books(column: str) -> None:
    scenario = lively_scenario("nav_opportunistic", "nearest", "full", initial_cash=100_000.0)
    bars = make_bars(3, LIVELY, days=60)
    tables = copy.deepcopy(vars(run_oracle(scenario, bars)))
    tables["portfolio_days"][40][column] += 0.01
    with pytest.raises(AssertionError):
        check_all(scenario, tables, bars)


def test_harvesting_one_bar_back_and_forth_is_caught() -> None:
    """An engine that re-quotes in both directions until nothing triggers turns one bar into many round trips."""
    scenario = lively_scenario("simple", "nearest", "full", initial_cash=100_000.0)
    bars = make_bars(3, LIVELY, days=60)
    tables = vars(run_oracle(scenario, bars))
    trade = next(row for row in tables["fills"] if row["action"] == "SELL")
    back_and_forth = [trade | {"action": side} for side in ("SELL", "BUY") * 3]
    from tests.oracle.invariants import check_path

    with pytest.raises(AssertionError):
        check_path(scenario, {"fills": back_and_forth}, bars)


@settings(max_examples=examples(40))
@given(cases())
def test_navs_never_fall_and_days_add_up(case: Case) -> None:
    from sdengine import run_scenario

    scenario, bars = case
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        result = run_scenario(named(scenario), frame_of(bars))
    bought = result.fills.filter(pl.col("action") == "INITIAL_BUY")["ticker"].to_list()
    assume(set(bought) == {asset["ticker"] for asset in scenario["assets"]})  # the rest: the next test
    days = result.asset_days.sort("ticker", "date").with_columns(pl.col("ticker").cast(pl.String))
    assert days.filter(pl.col("nav") < pl.col("nav").shift(1).over("ticker")).is_empty()
    assert days.filter(
        (pl.col("holdings") * pl.col("close") - pl.col("value")).abs() > 1e-9 * pl.col("value")
    ).is_empty()
    by_day = days.group_by("date").agg(pl.col("value").sum(), (pl.col("holdings") * pl.col("nav")).sum().alias("navs"))
    joined = result.portfolio_days.join(by_day, on="date", how="left").fill_null(0.0)
    size = joined["bank"].abs() + joined["navs"]
    assert ((joined["bank"] + joined["value"] - joined["total_value"]).abs() <= 1e-9 * size).all()
    assert ((joined["navs"] - joined["nav_value"]).abs() <= 1e-9 * size).all()


def test_an_entry_without_a_share_has_its_days() -> None:
    """40 % of 100 buy no share at 50; the target does, later: NAV and days count from the entry all the same."""
    from sdengine import run_scenario

    assets = [{"ticker": "A", "weight": 0.4, "target": 0.5}]
    portfolio = {"initial_cash": 100.0, "rebalancing_mode": "rebalancing"}
    scenario = {"portfolio": portfolio, "assets": assets, "rebalancing": {"drift": 0.6, "calendar": "month"}}
    prices = [(date(2020, 1, 30), 50.0), (date(2020, 1, 31), 80.0), (date(2020, 2, 3), 40.0)]
    bars = [{"ticker": "A", "date": day} | dict.fromkeys(("open", "high", "low", "close"), p) for day, p in prices]
    result = run_scenario(named(scenario), frame_of(bars))
    assert result.fills["action"].to_list() == ["INITIAL_BUY", "REBALANCE_BUY"]
    assert result.asset_days["nav"].to_list() == [50.0, 80.0, 80.0]
    assert result.asset_days["holdings"].to_list() == [0.0, 0.0, 1.0]


@settings(max_examples=examples(40))
@given(cases())
def test_the_same_inputs_give_the_same_bits(case: Case) -> None:
    scenario, bars = case
    shuffled = random.Random(7).sample(bars, len(bars))
    assert run_engine(scenario, bars) == run_engine(scenario, bars) == run_engine(scenario, shuffled)


def test_threads_and_order_of_scenarios_change_no_bit() -> None:
    """Each scenario's rows are the same whoever else runs, in whatever order, on however many threads."""
    from sdengine import Scenario, run_scenarios

    scenarios = [
        Scenario(**named(lively_scenario(mode, path, "full", initial_cash=100_000.0)))
        for mode in MODES
        for path in PATHS
    ]
    bars = frame_of(make_bars(8, LIVELY, days=60))

    def rows_of(order: list[int], threads: int) -> dict[int, dict[str, list[Any]]]:
        found: dict[int, dict[str, list[Any]]] = {place: {} for place in order}
        for chunk in run_scenarios([scenarios[place] for place in order], bars, threads=threads):
            assert not chunk.failures
            for table, rows in chunk.tables.items():
                for row in rows.to_pylist():
                    found[order[row.pop("run")]].setdefault(table, []).append(row)
        return found

    places = list(range(len(scenarios)))
    alone = rows_of(places, 1)
    assert all(alone[place]["fills"] for place in places)
    assert rows_of(places, 2) == alone
    assert rows_of(places[::-1], 2) == alone
    assert rows_of(places[5:9], 1) == {place: alone[place] for place in places[5:9]}
