"""The orders that rest after the last bar are those that fill first when one more bar comes."""

from __future__ import annotations

import warnings
from datetime import date
from itertools import pairwise, product
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sdengine import run_scenario
from sdengine.results.result import ScenarioResult
from tests.oracle.engine_side import frame_of, named
from tests.sdengine.ladder.resting_orders import Orders, check_next_bar, expected_first
from tests.sdengine.portfolio.portfolio_case import feed, markets_of
from tests.strategies.lively import LIVELY, Case, lively_scenario
from tests.strategies.markets import make_bars
from tests.strategies.profiles import examples
from tests.strategies.scenarios import PATHS, VARIANTS, cases

HISTORY = ("action", "qty", "price")


def run(scenario: dict[str, Any], bars: list[dict[str, Any]]) -> ScenarioResult:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return run_scenario(named(scenario), frame_of(bars))


def by_ticker(orders: list[tuple[str, str, float, float]]) -> dict[str, Orders]:
    found: dict[str, Orders] = {}
    for ticker, side, limit, qty in orders:
        found.setdefault(ticker, {})[side] = (limit, qty)
    return found


def orders_of(result: ScenarioResult) -> dict[str, Orders]:
    return by_ticker(result.orders.select("ticker", "side", "limit_price", "qty").rows())


def two_last_days(scenario: dict[str, Any], bars: list[dict[str, Any]], share: float) -> tuple[date, date] | None:
    """Two days in a row, on the first of which every asset is held already; None where there are none."""
    days = [day for day, _ in markets_of(scenario, bars)]
    held = max(
        min(b["date"] for b in bars if b["ticker"] == a["ticker"] and b["date"] >= days[0]) for a in scenario["assets"]
    )
    days = [day for day in days if day >= held]
    if len(days) < 2:
        return None
    at = min(int(share * len(days)), len(days) - 2)
    return days[at], days[at + 1]


def may_change_overnight(scenario: dict[str, Any], last: date, following: date) -> bool:
    """Where sd_n follows the gaps, the first day of a month places the orders anew before it trades."""
    return "dynamic_sd_n" in scenario and (last.year, last.month) != (following.year, following.month)


def check_run(scenario: dict[str, Any], bars: list[dict[str, Any]], last: date, following: date) -> int:
    """How many fills of the following bar were held against the orders that rested after the last one."""
    orders = orders_of(run(scenario, [b for b in bars if b["date"] <= last]))
    more = run(scenario, [b for b in bars if b["date"] <= following])
    checked = 0
    for bar in bars:
        if bar["date"] == following:
            rows = more.fills.filter(pl.col("date") == following, pl.col("ticker") == bar["ticker"]).to_dicts()
            checked += check_next_bar(orders.get(bar["ticker"], {}), bar, rows, scenario["portfolio"])
    return checked


def without_end(scenario: dict[str, Any]) -> dict[str, Any]:
    return {**scenario, "portfolio": {k: v for k, v in scenario["portfolio"].items() if k != "end"}}


@settings(max_examples=examples(200))
@given(cases(), st.sampled_from((0.2, 0.5, 0.8, 1.0)))
def test_next_fills_of_a_run_are_its_orders(case: Case, share: float) -> None:
    scenario, bars = without_end(case[0]), case[1]
    days = two_last_days(scenario, bars, share)
    if days is not None and not may_change_overnight(scenario, *days):
        check_run(scenario, bars, *days)


@pytest.mark.parametrize(("path", "variant"), list(product(PATHS, VARIANTS)))
def test_every_path_and_variant_over_many_mornings(path: str, variant: str) -> None:
    scenario = lively_scenario("nav_opportunistic", path, variant, slippage_bps=10, initial_cash=30_000.0)
    bars = make_bars(7, LIVELY, days=50)
    days = [day for day, _ in markets_of(scenario, bars)]
    checked = sum(check_run(scenario, bars, *both) for both in pairwise(days[12:]))
    least = {"full": 25, "ath_sell": 12, "ath_only": 3, "buy_and_hold": 0}[variant]
    assert checked >= least
    assert (checked == 0) == (variant == "buy_and_hold")


@settings(max_examples=examples(100))
@given(cases())
def test_next_fills_of_a_portfolio_are_its_orders(case: Case) -> None:
    scenario, bars = without_end(case[0]), case[1]
    (entry, _), *days = markets_of(scenario, bars)
    bought = {asset["ticker"]: 100.0 for asset in scenario["assets"]}
    portfolio = feed(scenario, [b for b in bars if b["date"] <= entry], bought)
    last = entry
    for today, market in days[:40]:
        orders, held = by_ticker(portfolio.orders()), set(portfolio.assets)
        feed(scenario, [b for b in bars if b["date"] == today], bought, portfolio)
        if not may_change_overnight(scenario, last, today):
            for ticker in held & set(market):
                history = [t for t in portfolio.transaction_history if t.date == today and t.ticker == ticker]
                rows = [{c: getattr(row, c) for c in HISTORY} for row in history]
                check_next_bar(orders.get(ticker, {}), market[ticker], rows, scenario["portfolio"])
        last = today


def test_run_and_portfolio_leave_the_same_orders() -> None:
    scenario = lively_scenario("simple", "nearest", "full")
    bars = make_bars(3, LIVELY, days=60)
    result = run(scenario, bars)
    bought = dict(result.fills.filter(pl.col("action") == "INITIAL_BUY").select("ticker", "qty").rows())
    assert by_ticker(feed(scenario, bars, bought).orders()) == orders_of(result)


def test_orders_tell_how_far_the_market_is() -> None:
    """r of sd_n 1 is 1: from 100 the buy rests at 50, the sell at 200, of 10 * 1 * 0.5 = 5 and 5 / 2 = 2 shares."""
    bars = [{"ticker": "A", "date": date(2024, 1, 1), "open": 90, "high": 120, "low": 80, "close": 100}]
    orders = run({"portfolio": {}, "assets": [{"ticker": "A", "quantity": 10.0, "sd_n": 1}]}, bars).orders
    assert orders.rows() == [("A", "buy", 50.0, 5.0, 100.0, -0.5), ("A", "sell", 200.0, 2.0, 100.0, 1.0)]


def test_a_wrong_fill_is_noticed() -> None:
    orders = {"buy": (90.0, 5.0), "sell": (110.0, 4.0)}
    bar = {"open": 100.0, "high": 101.0, "low": 89.0, "close": 95.0}
    row = {"action": "BUY", "price": 90.0, "qty": 5.0}
    assert expected_first(orders, bar, "nearest") == ("buy", 90.0)
    assert expected_first(orders, {**bar, "open": 88.0}, "nearest") == ("buy", 88.0)
    assert expected_first(orders, {**bar, "high": 112.0}, "high_first") == ("sell", 110.0)
    assert expected_first(orders, {**bar, "high": 112.0}, "low_first") == ("buy", 90.0)
    assert check_next_bar(orders, bar, [row], {}) == 1
    for wrong in ({"price": 89.0}, {"qty": 4.0}, {"action": "SELL"}):
        with pytest.raises(AssertionError):
            check_next_bar(orders, bar, [row | wrong], {})
    with pytest.raises(AssertionError):
        check_next_bar(orders, bar, [], {})
    with pytest.raises(AssertionError):
        check_next_bar(orders, {**bar, "low": 91.0}, [row], {})
