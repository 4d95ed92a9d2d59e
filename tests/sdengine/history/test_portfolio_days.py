"""A portfolio that is fed day by day tells what `run_scenario` tells, to the bit: history, snapshots, positions."""

from __future__ import annotations

import warnings
from typing import Any

import polars as pl
import pytest
from hypothesis import assume, given, settings

from sdengine import Portfolio, run_scenario
from sdengine.results.result import ScenarioResult
from tests.oracle.engine_side import frame_of, named
from tests.sdengine.portfolio.portfolio_case import bar, day, feed, flat, markets_of
from tests.strategies.lively import LIVELY, Case, lively_scenario
from tests.strategies.markets import make_bars
from tests.strategies.profiles import examples
from tests.strategies.scenarios import PATHS, cases

HISTORY = ("date", "ticker", "action", "qty", "price", "total", "bank_after", "nav_premium", "costs")


def both(scenario: dict[str, Any], bars: list[dict[str, Any]]) -> tuple[Portfolio, ScenarioResult]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        result = run_scenario(named(scenario), frame_of(bars))
    bought = dict(result.fills.filter(pl.col("action") == "INITIAL_BUY").select("ticker", "qty").rows())
    return feed(scenario, bars, bought), result


def check_same(portfolio: Portfolio, result: ScenarioResult) -> None:
    """Hold the histories against each other to the bit; snapshots of all days but the first, which only purchases."""
    history = [tuple(getattr(row, c) for c in HISTORY) for row in portfolio.transaction_history]
    assert history == result.fills.with_columns(pl.col("ticker").fill_null("")).select(HISTORY).rows()
    first = result.portfolio_days["date"][0]
    days = result.portfolio_days.filter(pl.col("date") > first)
    snapshots = portfolio.daily_snapshots
    assert [(s.date, s.total_value, s.bank) for s in snapshots] == days.select("date", "total_value", "bank").rows()
    assert [sum(s.asset_navs.values()) for s in snapshots] == pytest.approx(days["nav_value"].to_list(), rel=1e-12)
    told = {(s.date, t): (s.holdings[t], s.asset_values[t]) for s in snapshots for t in s.holdings}
    premiums = {(s.date, t): s.nav_premiums[t] for s in snapshots for t in s.holdings}
    found = {row["ticker"]: row["date"] for row in result.asset_days.reverse().to_dicts()}
    for row in result.asset_days.filter(pl.col("date") > first).to_dicts():
        if row["date"] > found[row["ticker"]]:  # a late listing is added after the day's snapshot
            assert told[row["date"], row["ticker"]] == (row["holdings"], row["value"])
            assert premiums[row["date"], row["ticker"]] == pytest.approx(row["nav_premium"], rel=1e-9, abs=1e-12)
    taken = result.opportunities.select("date", "sell_ticker", "buy_ticker", "spread", "traded").rows()
    assert [(o.date, o.sell_ticker, o.buy_ticker, o.spread, o.traded) for o in portfolio.opportunities] == taken


@settings(max_examples=examples(150))
@given(cases())
def test_every_feature(case: Case) -> None:
    """All assets enter on the first day: what a close does then, a late purchase would come after."""
    scenario, bars = case
    (_, market), *later = markets_of(scenario, bars)
    assume(later and len(market) == len(scenario["assets"]))
    check_same(*both(scenario, bars))


@settings(max_examples=examples(100))
@given(cases())
def test_late_listings_where_the_close_does_nothing(case: Case) -> None:
    scenario: dict[str, Any] = {
        key: case[0][key] for key in ("portfolio", "assets", "dynamic_sd_n", "taxes") if key in case[0]
    }
    if scenario["portfolio"]["rebalancing_mode"] in ("rebalancing", "hybrid"):
        scenario["portfolio"] = scenario["portfolio"] | {"rebalancing_mode": "nav_opportunistic"}
    listed: dict[str, Any] = {}
    for today, market in markets_of(scenario, case[1]):
        # a day that brings nothing but a purchase is no day yet for a portfolio that is asked to process it
        assume(not listed or set(market) & set(listed))
        listed |= {ticker: today for ticker in market if ticker not in listed}
    scenario["assets"] = sorted(scenario["assets"], key=lambda asset: listed[asset["ticker"]])
    portfolio, result = both(scenario, case[1])
    # on the day of a late purchase the snapshot was taken before it
    history = [tuple(getattr(row, c) for c in HISTORY) for row in portfolio.transaction_history]
    assert history == result.fills.with_columns(pl.col("ticker").fill_null("")).select(HISTORY).rows()
    entries = set(listed.values())
    days = dict(result.portfolio_days.select("date", "total_value").rows())
    same = [(s.date, s.total_value) for s in portfolio.daily_snapshots if s.date not in entries]
    assert same == [(d, v) for d, v in days.items() if d not in entries and d > min(days)]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("mode", ["simple", "nav_opportunistic", "rebalancing", "hybrid"])
def test_a_lively_market(mode: str, path: str) -> None:
    together = [character for character in LIVELY if character.lists_after == 0]
    scenario = lively_scenario(mode, path, "full", cash_rate=0.04, commission=1.0, initial_cash=100_000.0)
    scenario["assets"] = scenario["assets"][: len(together)]
    scenario["withdrawal"] = {"monthly_amount": 700.0, "funding": "pro_rata", "coverage_ratio_min": 0.0}
    scenario["taxes"] = {"short_rate": 0.3, "long_rate": 0.1}
    bars = make_bars(2, together, days=120)
    portfolio, result = both(scenario, bars)
    assert len(result.fills) > 40
    check_same(portfolio, result)


def test_an_asset_without_a_bar_does_nothing_and_keeps_its_last_close() -> None:
    portfolio = Portfolio(10_000)
    portfolio.add_asset("A", "", 10, 100.0, sd_n=1, date=day(0))
    portfolio.add_asset("B", "", 10, 50.0, sd_n=1, date=day(0))
    portfolio.process_day(day(1), {"A": flat(120), "B": flat(60)})
    for number in range(2, 40):
        result = portfolio.process_day(day(number), {"A": flat(120)})
        assert result.snapshot.total_value == 8500 + 10 * 120 + 10 * 60
        assert result.snapshot.asset_values["B"] == 600.0
    assert (portfolio.assets["A"].last_bar_on, portfolio.assets["B"].last_bar_on) == (day(39), day(1))
    # its orders go on resting: 25 is the buy limit of an anchor of 50 where a bracket is a doubling
    bought = portfolio.process_day(day(40), {"B": bar(20, 20, 20, 20)}).transactions
    assert [(row.action, row.ticker, row.price) for row in bought] == [("BUY", "B", 20.0)]


def test_a_ticker_that_the_portfolio_does_not_hold_is_passed_over() -> None:
    portfolio = Portfolio(10_000)
    portfolio.add_asset("A", "", 10, 100.0)
    result = portfolio.process_day(day(0), {"A": flat(100), "Z": {"open": -1.0}})
    assert result.transactions == []
    assert portfolio.transaction_history[0].date == day(0)
