"""Invented pasts: shares of weekdays, a coin of every day, months of one asset; and who lives on them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from sdengine.scenario import Scenario

Floats = NDArray[np.float64]

MONDAY = date(2015, 1, 5)
HOLIDAYS = {MONDAY + timedelta(days=day) for day in (7 * 10 + 3, 7 * 40 + 1, 7 * 41)}


def past(weeks: int, shares: int = 2, coin: bool = False, seed: int = 1, drift: float = 0.0003) -> pl.DataFrame:
    """Bars of random walks with wicks, gaps and a dividend now and then; shares rest on weekends and holidays."""
    rng = np.random.default_rng(seed)
    parts = []
    for name in [*(f"S{k}" for k in range(shares)), *(["COIN"] if coin else [])]:
        days = [MONDAY + timedelta(days=k) for k in range(7 * weeks)]
        if name != "COIN":
            days = [day for day in days if day.weekday() < 5 and day not in HOLIDAYS]
        count = len(days)
        close = 50.0 * np.exp(np.cumsum(rng.normal(drift, 0.012, count)))
        before = np.r_[50.0, close[:-1]]
        opened = before * np.exp(rng.normal(0.0, 0.004, count))
        high = np.maximum(opened, close) * np.exp(np.abs(rng.normal(0.0, 0.006, count)))
        low = np.minimum(opened, close) * np.exp(-np.abs(rng.normal(0.0, 0.006, count)))
        paid = np.where(np.arange(count) % 63 == 30, 0.004 * before, 0.0)
        columns = {"open": opened, "high": high, "low": low, "close": close, "dividend": paid}
        parts.append(pl.DataFrame({"ticker": [name] * count, "date": days, **columns}))
    return pl.concat(parts)


def months(growth: Floats, ticker: str = "M") -> pl.DataFrame:
    """Bars of one asset, one on the first of each month from January 2000 on: the price is 100 times the growth."""
    days = [date(2000 + k // 12, k % 12 + 1, 1) for k in range(len(growth))]
    prices = dict.fromkeys(("open", "high", "low", "close"), 100.0 * growth)
    return pl.DataFrame({"ticker": [ticker] * len(growth), "date": days, **prices})


def holder(ticker: str = "M", **withdrawal: Any) -> Scenario:
    """Make somebody who holds one asset, all of it in fractions, and takes from it."""
    given = {"coverage_ratio_min": 0.0, "funding": "pro_rata"} | withdrawal
    return Scenario.from_dict(
        {
            "portfolio": {"initial_cash": 1_000_000.0},
            "assets": [{"ticker": ticker, "weight": 1.0, "lot_size": 0, "variant": "buy_and_hold"}],
            **({"withdrawal": given} if withdrawal else {}),
        }
    )


def ladder(tickers: tuple[str, ...], **tables: Any) -> Scenario:
    """Make a ladder on some tickers, the cash split evenly but for a tenth."""
    return Scenario.from_dict(
        {
            "portfolio": {"initial_cash": 1_000_000.0} | tables.pop("portfolio", {}),
            "asset_defaults": {"weight": 0.9 / len(tickers), "lot_size": 1e-8},
            "assets": [{"ticker": ticker} for ticker in tickers],
            **tables,
        }
    )


def same_figures(one: Floats, other: Floats) -> bool:
    return np.array_equal(one, other, equal_nan=True)
