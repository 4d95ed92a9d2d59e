"""Portfolios for tests of the object face: made from a scenario, fed from plain rows of bars."""

from __future__ import annotations

import warnings
from datetime import date, timedelta
from typing import Any

from sdengine import Portfolio, WithdrawalPolicy
from tests.oracle.invariants import days_of

PRICES = ("open", "high", "low", "close", "dividend")
BUDGETS = ("ticker", "weight", "value", "quantity")
Rows = list[dict[str, Any]]
Market = dict[str, dict[str, float]]

START = date(2024, 1, 1)


def day(number: int) -> date:
    """Day 0 is the first of January 2024."""
    return START + timedelta(days=number)


def flat(price: float) -> dict[str, float]:
    """Make a bar that never leaves its price."""
    return dict.fromkeys(("open", "high", "low", "close"), float(price))


def bar(open_: float, high: float, low: float, close: float) -> dict[str, float]:
    return {"open": open_, "high": high, "low": low, "close": close}


def new_portfolio(scenario: dict[str, Any]) -> Portfolio:
    """Make the scenario's portfolio without assets, every option by its name."""
    given = {"initial_cash": 100_000.0} | scenario["portfolio"]
    options = {k: v for k, v in given.items() if k not in ("start", "end")}
    for table in ("rebalancing", "arbitrage", "dynamic_sd_n"):
        options |= scenario.get(table, {})
    if "taxes" in scenario:
        options["taxes"] = scenario["taxes"]
    policy = WithdrawalPolicy(**scenario["withdrawal"]) if "withdrawal" in scenario else None
    return Portfolio(withdrawal_policy=policy, **options)


def markets_of(scenario: dict[str, Any], bars: Rows) -> list[tuple[date, Market]]:
    """Each day of the window with its bars by ticker, in order of the dates."""
    return [(day, {t: {p: row[p] for p in PRICES} for t, row in rows.items()}) for day, rows in days_of(bars, scenario)]


def history_of(scenario: dict[str, Any], bars: Rows, ticker: str, today: date) -> Rows | None:
    """Take an asset's bars up to the day of its purchase, which a window that begins later has behind it."""
    if scenario["portfolio"].get("start") is None:
        return None
    return [bar for bar in bars if bar["ticker"] == ticker and bar["date"] <= today]


def feed(
    scenario: dict[str, Any], bars: Rows, bought: dict[str, float], portfolio: Portfolio | None = None
) -> Portfolio:
    """Feed day after day; an asset is added at the close of its first bar, as a scenario does it.

    `bought`: shares of each ticker. On the first day there is nothing but purchases.
    """
    portfolio = portfolio or new_portfolio(scenario)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for today, market in markets_of(scenario, bars):
            if set(market) & set(portfolio.assets):
                portfolio.process_day(today, market)
            for asset in scenario["assets"]:
                ticker = asset["ticker"]
                if ticker in market and ticker not in portfolio.assets:
                    rest = {k: v for k, v in asset.items() if k not in BUDGETS}
                    price, past = market[ticker]["close"], history_of(scenario, bars, ticker, today)
                    portfolio.add_asset(ticker, "", bought.get(ticker, 0.0), price, date=today, history=past, **rest)
    return portfolio


def state(portfolio: Portfolio) -> tuple[Any, ...]:
    """Everything that a portfolio knows, to the bit."""
    return (
        [array.tobytes() for array in portfolio.room],
        list(portfolio.transaction_history),
        list(portfolio.daily_snapshots),
        [(a.total_dividends_generated, a.total_invested, a.transaction_count) for a in portfolio.assets.values()],
    )
