"""Fifty assets over twenty years, by both faces of the engine."""

from __future__ import annotations

import math
import warnings
from functools import cache
from typing import Any

import polars as pl
import pytest

from sdengine import run_scenario
from sdengine.results.result import ScenarioResult
from tests.sdengine.many_assets import LAST, LISTED, STOPPED, TICKERS, twenty_years
from tests.sdengine.portfolio.portfolio_case import new_portfolio

SCENARIO: dict[str, Any] = {
    "name": "fifty",
    "portfolio": {"initial_cash": 1_000_000.0, "rebalancing_mode": "nav_opportunistic", "cash_rate": 0.02},
    "assets": [{"ticker": t, "weight": 0.015, "lot_size": 1e-8 if t < "S" else 1.0} for t in TICKERS],
}


@cache
def bars() -> pl.DataFrame:
    return twenty_years()


@cache
def result() -> ScenarioResult:
    return run_scenario(SCENARIO, bars())


def test_every_day_of_any_calendar_is_a_day_of_the_portfolio() -> None:
    dates = result().portfolio_days["date"].to_list()
    assert dates == sorted(set(bars()["date"].to_list()))
    assert len(dates) == 7305  # crypto trades every day of twenty years
    assert len(result().fills) > 10_000


def test_value_is_bank_and_holdings_at_the_last_close_of_each() -> None:
    """Worked out again from fills and bars alone, at the close of a hundred days."""
    days = result().portfolio_days.gather_every(73)
    moved = result().fills.filter(pl.col("ticker").is_not_null())
    for row in days.iter_rows(named=True):
        own = moved.filter(pl.col("date") <= row["date"]).group_by("ticker").agg(pl.col("holdings_after").last())
        last = bars().filter(pl.col("date") <= row["date"]).group_by("ticker").agg(pl.col("close").last())
        value = own.join(last, on="ticker").select(pl.col("holdings_after") * pl.col("close")).to_series()
        assert row["total_value"] == pytest.approx(row["bank"] + math.fsum(value), rel=1e-9)


def test_a_ticker_that_stopped_trading_is_carried_at_its_last_price() -> None:
    days = result().asset_days
    for ticker, stopped in STOPPED.items():
        own = days.filter(pl.col("ticker") == ticker)
        last = bars().filter(pl.col("ticker") == ticker)["close"][-1]
        after = own.filter(pl.col("date") > stopped)
        assert own["date"][-1] == LAST
        assert after["close"].unique().to_list() == [last]
        assert after["value"].min() == after["value"].max() > 0.0
        assert result().fills.filter(pl.col("ticker") == ticker)["date"].max() <= stopped
        orders = result().orders.filter(pl.col("ticker") == ticker)
        assert orders["last_close"].unique().to_list() == [last]


def test_a_late_listing_enters_at_its_first_close() -> None:
    for ticker, listed in LISTED.items():
        first = bars().filter(pl.col("ticker") == ticker).row(0, named=True)
        entry = result().fills.filter(pl.col("ticker") == ticker).row(0, named=True)
        assert (entry["date"], entry["action"], entry["price"]) == (first["date"], "INITIAL_BUY", first["close"])
        assert first["date"] >= listed


def test_metrics_flag_a_ticker_that_stopped_trading() -> None:
    from sdengine.metrics import run_metrics
    from sdengine.scenario import Scenario

    run = result()
    measured = run_metrics(
        Scenario.from_dict(SCENARIO).parameters(), run.portfolio_days, run.fills, run.lots, bars(),
        opportunities=run.opportunities,
    )  # fmt: skip
    flagged = dict(measured.assets.filter(pl.col("last_traded_on") < LAST).select("ticker", "last_traded_on").rows())
    assert {ticker: flagged[ticker] for ticker in STOPPED} == STOPPED
    # 31 December 2023 was a Sunday: stocks that still trade had their last bar on Friday
    assert {ticker for ticker, day in flagged.items() if (LAST - day).days > 7} == set(STOPPED)


def test_portfolio_fed_for_twenty_years() -> None:
    """The assets in the order in which they are listed, so that both faces add them alike."""
    first = dict(bars().group_by("ticker").agg(pl.col("date").min()).rows())
    order = sorted(SCENARIO["assets"], key=lambda asset: first[asset["ticker"]])
    scenario = {**SCENARIO, "assets": order}
    run = run_scenario(scenario, bars())
    bought = dict(run.fills.filter(pl.col("action") == "INITIAL_BUY").select("ticker", "qty").rows())
    portfolio = new_portfolio(scenario)
    waiting = [asset["ticker"] for asset in order]
    lots = {asset["ticker"]: asset["lot_size"] for asset in order}
    by_day: dict[Any, dict[str, dict[str, float]]] = {}
    for ticker, day, *prices in bars().select("ticker", "date", "open", "high", "low", "close").iter_rows():
        by_day.setdefault(day, {})[ticker] = dict(zip(("open", "high", "low", "close"), prices, strict=True))
    for day in sorted(by_day):
        market = by_day[day]
        if portfolio.assets:
            portfolio.process_day(day, market)
        for ticker in [ticker for ticker in waiting if ticker in market]:
            waiting.remove(ticker)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                portfolio.add_asset(
                    ticker, "", bought[ticker], market[ticker]["close"], lot_size=lots[ticker], date=day
                )
    assert not waiting
    told = [(t.date, t.ticker, t.action, t.qty, t.price, t.bank_after) for t in portfolio.transaction_history]
    wanted = run.fills.with_columns(pl.col("ticker").fill_null(""))
    assert told == wanted.select("date", "ticker", "action", "qty", "price", "bank_after").rows()
    assert portfolio.daily_snapshots[-1].total_value == run.portfolio_days["total_value"][-1]
    assert {t: a.last_bar_on for t, a in portfolio.assets.items() if t in STOPPED} == STOPPED
