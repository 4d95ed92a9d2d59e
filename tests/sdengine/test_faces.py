"""One engine, two faces: a Portfolio that is fed day by day tells what `run_scenario` tells."""

from __future__ import annotations

import warnings
from typing import Any

import pytest
from hypothesis import assume, given, settings

from tests.oracle.compare import differences
from tests.oracle.engine_side import run_engine
from tests.oracle.invariants import days_of
from tests.sdengine.portfolio.portfolio_case import history_of
from tests.strategies.lively import Case, first_of, lively_scenario
from tests.strategies.markets import Bars, Character, make_bars
from tests.strategies.profiles import examples
from tests.strategies.scenarios import MODES, VARIANTS, cases

OPTION_TABLES = ("rebalancing", "arbitrage", "dynamic_sd_n")
HISTORY = ("date", "ticker", "action", "qty", "price", "total", "bank_after", "nav_premium", "costs")


def new_portfolio(scenario: dict[str, Any]) -> Any:
    """Return the scenario's portfolio by the object face: every option by its name."""
    from sdengine import Portfolio, WithdrawalPolicy

    options = {k: v for k, v in scenario["portfolio"].items() if k not in ("start", "end")}
    for table in OPTION_TABLES:
        options |= scenario.get(table, {})
    if "taxes" in scenario:
        options["taxes"] = scenario["taxes"]
    policy = WithdrawalPolicy(**scenario["withdrawal"]) if "withdrawal" in scenario else None
    return Portfolio(withdrawal_policy=policy, **options)


def feed(scenario: dict[str, Any], bars: Bars, quantities: dict[str, float]) -> Any:
    """Buy every asset at the close of the first day, then process day after day."""
    portfolio = new_portfolio(scenario)
    (first_day, market), *days = days_of(bars, scenario)
    for asset in scenario["assets"]:
        rest = {k: v for k, v in asset.items() if k not in ("ticker", "weight", "value", "quantity")}
        ticker = asset["ticker"]
        past = history_of(scenario, bars, ticker, first_day)
        close = market[ticker]["close"]
        portfolio.add_asset(ticker, "", quantities[ticker], close, date=first_day, history=past, **rest)
    prices = ("open", "high", "low", "close", "dividend")
    for day, market in days:
        portfolio.process_day(day, {t: {p: bar[p] for p in prices} for t, bar in market.items()})
    return portfolio


def disagreements(scenario: dict[str, Any], bars: Bars) -> list[str]:
    """Return what the day-by-day face tells otherwise than the whole history."""
    tables = run_engine(scenario, bars)
    bought = {row["ticker"]: row["qty"] for row in tables["fills"] if row["action"] == "INITIAL_BUY"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        portfolio = feed(scenario, bars, {a["ticker"]: bought.get(a["ticker"], 0.0) for a in scenario["assets"]})
    money = scenario["portfolio"].get("initial_cash", 100_000.0)
    history = [{c: getattr(row, c) for c in HISTORY} for row in portfolio.transaction_history]
    fills = [{c: row[c] if c != "ticker" else row[c] or "" for c in HISTORY} for row in tables["fills"]]
    days = [{c: getattr(row, c) for c in ("date", "total_value", "bank")} for row in portfolio.daily_snapshots]
    found = differences("history", fills, history, money=money)
    wanted = [{c: day[c] for c in ("date", "total_value", "bank")} for day in tables["portfolio_days"][1:]]
    found += differences("snapshots", wanted, days, money=money)
    orders = [dict(zip(("ticker", "side", "limit_price", "qty"), row, strict=True)) for row in portfolio.orders()]
    found += differences("orders", orders, tables["orders"])
    return found


def bought_together(scenario: dict[str, Any], bars: Bars) -> None:
    """All on the same close, at the price that `add_asset` is given."""
    _, market = next(days_of(bars, scenario))
    assume(len(market) == len(scenario["assets"]))
    scenario["portfolio"] |= {"slippage_bps": 0}


@settings(max_examples=examples(80))
@given(cases())
def test_day_by_day_equals_the_whole_history_without_a_calendar(case: Case) -> None:
    scenario, bars = case
    bought_together(scenario, bars)
    scenario["portfolio"] |= {"cash_rate": 0.0, "margin_rate": 0.0}
    scenario = {k: v for k, v in scenario.items() if k in ("portfolio", "assets", "arbitrage", "rebalancing")}
    scenario.get("rebalancing", {}).pop("calendar", None)
    found = disagreements(scenario, bars)
    assert not found, first_of(found)


@settings(max_examples=examples(80))
@given(cases())
def test_day_by_day_equals_the_whole_history(case: Case) -> None:
    scenario, bars = case
    bought_together(scenario, bars)
    found = disagreements(scenario, bars)
    assert not found, first_of(found)


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("mode", MODES)
def test_every_mode_and_variant_day_by_day(mode: str, variant: str) -> None:
    characters = [
        Character(volatility=0.05),
        Character(price=20, volatility=0.12),
        Character(price=3000, weekends=True),
    ]
    bars = make_bars(4, characters, days=120)
    found = disagreements(lively_scenario(mode, "nearest", variant, initial_cash=100_000.0), bars)
    assert not found, first_of(found)
