"""What the benchmarks compute: the workloads that other engines were measured on, and markets that always exist.

- **W1** one asset · **W2** ten assets × 1,256 days with one bank · **W3** W2 for 1,000 parameter sets, a nightly sweep:
  40 values of sd_n × 25 of profit sharing, 12.56 million asset-bars.

The markets are geometric random walks from a seed, so that they are the same everywhere. `rising` trades as much as
the peers' real data: at sd8 50 % some 9 fills in 100 asset-bars, 1.42 million in W3. In `falling` a
good fifth of W3's sets run out of cash: the shared bank works for a living. `real` is ten stocks and funds of 2017 to
2021 where that data is there.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from sdengine.history.columns import Tables, new_tables
from sdengine.history.simulate import Batch
from sdengine.kernel.records import ASSET, BOOK
from sdengine.kernel.room import Room, new_room
from sdengine.scenario import Scenario, expand
from tests.flows.data_shared import SHARED

DAYS, ASSETS, SETS = 1256, 10, 1000
REAL_FOLDER = SHARED / "bars"
REAL_TICKERS = ("AAPL", "DIA", "GOOG", "IWM", "META", "MSFT", "NVDA", "SPY", "XLB", "XLI")
SD_N = [4 + 0.25 * k for k in range(40)]
VOLATILITY = 0.0262
"""Standard deviation of a day's logarithmic return, among broad funds (0.012) and single shares or coins (0.03)."""
PROFIT_SHARING_PCT = [26.0 + 2.0 * k for k in range(25)]

Floats = NDArray[np.float64]
Planes = tuple[Floats, Floats, Floats, Floats]

EVERYTHING: dict[str, Any] = {
    "portfolio": {
        "rebalancing_mode": "hybrid",
        "cash_rate": 0.03,
        "slippage_bps": 5.0,
        "commission": 1.0,
        "margin_rate": 0.06,
        "commission_bps": 2.0,
    },
    "asset_defaults": {"target": 0.08, "band": [0.06, 0.12]},
    "withdrawal": {
        "monthly_amount": 10_000.0,
        "funding": "highest_premium",
        "inflation": 0.02,
        "coverage_ratio_min": 0.2,
    },
    "taxes": {"short_rate": 0.3, "long_rate": 0.15},
    "arbitrage": {"threshold": 0.3, "fraction": 0.05, "cooldown_days": 30},
    "dynamic_sd_n": {"gap_threshold": 0.02},
}
"""Every feature at once: bands, traded arbitrage, dynamic sd_n, funded withdrawals, taxes, costs, interest."""


def tickers(assets: int = ASSETS) -> list[str]:
    return [f"T{k:02}" for k in range(assets)]


@cache
def walk(days: int, assets: int, drift: float, dividend: float = 0.0, seed: int = 20) -> pl.DataFrame:
    """Bars of geometric random walks with wicks and small overnight gaps; a dividend every 60 days."""
    rng = np.random.default_rng(seed)
    close = 100.0 * np.exp(np.cumsum(rng.normal(drift, VOLATILITY, (days, assets)), axis=0))
    before = np.vstack([np.full((1, assets), 100.0), close[:-1]])
    opened = before * np.exp(rng.normal(0.0, 0.005, (days, assets)))
    high = np.maximum(opened, close) * np.exp(np.abs(rng.normal(0.0, 0.008, (days, assets))))
    low = np.minimum(opened, close) * np.exp(-np.abs(rng.normal(0.0, 0.008, (days, assets))))
    paid = np.zeros((days, assets))
    paid[30::60] = dividend
    prices = {"open": opened, "high": high, "low": low, "close": close, "dividend": paid}
    return pl.DataFrame(
        {
            "ticker": np.repeat(np.array(tickers(assets)), days).tolist(),
            "date": weekdays(days) * assets,
            **{name: values.T.ravel() for name, values in prices.items()},
        }
    )


def weekdays(count: int) -> list[date]:
    """Make the first weekdays from 2 January 2020 on."""
    monday = date(2019, 12, 30)
    return [monday + timedelta(weeks=k // 5, days=k % 5) for k in range(3, count + 3)]


def rising(days: int = DAYS, assets: int = ASSETS, dividend: float = 0.0) -> pl.DataFrame:
    return walk(days, assets, 0.0006, dividend)


def falling(days: int = DAYS, assets: int = ASSETS) -> pl.DataFrame:
    return walk(days, assets, -0.0001)


@cache
def real(days: int = DAYS) -> pl.DataFrame | None:
    """Ten real histories, renamed like the others and without dividends; None where the data is not there."""
    files = [REAL_FOLDER / f"{ticker}.csv" for ticker in REAL_TICKERS]
    if not all(file.is_file() for file in files):
        return None
    columns = ("date", "open", "high", "low", "close")
    frames = [
        pl.read_csv(file, columns=columns, try_parse_dates=True)
        .filter(pl.col("date") < date(2022, 1, 1))
        .tail(days)
        .select(pl.lit(name).alias("ticker"), *columns, pl.lit(0.0).alias("dividend"))
        for name, file in zip(tickers(), files, strict=True)
    ]
    return pl.concat(frames)


def sweep(count: int = SETS, assets: int = ASSETS, features: dict[str, Any] | None = None) -> list[Scenario]:
    """`count` scenarios, spread over the parameter sets of W3 and, beyond those, over more of profit sharing."""
    given = features or {}
    tables = {
        **given,
        "portfolio": {"initial_cash": 1_000_000.0, **given.get("portfolio", {})},
        "asset_defaults": {"weight": 0.8 / assets, **given.get("asset_defaults", {})},
        "assets": [{"ticker": ticker} for ticker in tickers(assets)],
        "sweep": {
            "asset_defaults.sd_n": SD_N,
            "asset_defaults.profit_sharing_pct": more_of(PROFIT_SHARING_PCT, -(-count // len(SD_N))),
        },
    }
    members = expand(tables, name="sweep")
    step = len(members) / count
    return [members[int(k * step)] for k in range(count)]


def more_of(values: list[float], count: int) -> list[float]:
    """`count` values over the same range."""
    return [float(value) for value in np.linspace(values[0], values[-1], max(count, 2))]


def one(sd_n: float = 8.0, assets: int = ASSETS) -> Scenario:
    """Make the one scenario of W2 (and of W1, with one asset)."""
    tables = {
        "portfolio": {"initial_cash": 1_000_000.0},
        "asset_defaults": {"weight": 0.8 / assets, "sd_n": sd_n},
        "assets": [{"ticker": ticker} for ticker in tickers(assets)],
    }
    return Scenario.from_dict(tables)


def batch_of(scenarios: list[Scenario], bars: pl.DataFrame, watch: bool = True) -> Batch:
    """Make what `run_scenarios` hands to the compiled engine. Without `watch`, arbitrage is not looked for."""
    from sdengine.history.plans import plans_of, rules_of
    from sdengine.market.bars import BarStore

    market = BarStore(bars).market(tuple(asset.ticker for asset in scenarios[0].assets)).since(0)
    plans = plans_of(scenarios)
    if not watch:
        plans["arbitrage"] = 0
    rules = rules_of(scenarios)
    count, width = rules.shape
    windows = np.tile(np.array([0, len(market.days)]), (count, 1))
    return Batch(
        plans,
        rules,
        windows,
        market.days,
        market.bars,
        market.gaps,
        np.zeros(count, BOOK),
        np.zeros((count, width), ASSET),
    )


def room_for(batch: Batch) -> Room:
    """Ample room for one scenario at a time."""
    days, width = batch.bars.shape
    return new_room(width, 2048, 65_536, days, 65_536, days)


def tables_for(batch: Batch, fills: int = 3_000_000) -> Tables:
    """Tables that hold a whole batch; their pages are touched here, so that no measurement pays for that."""
    rows = len(batch.plans) * len(batch.days)
    tables = new_tables(len(batch.plans), fills, rows, fills, rows)
    for columns in tables[:4]:
        columns.codes[:] = 0
        columns.numbers[:] = 0.0
    return tables


def prices_of(batch: Batch) -> Planes:
    """Open, high, low, close as four planes `[T, A]`, which a plain loop likes best."""
    opened, high, low, close = (np.ascontiguousarray(batch.bars[name]) for name in ("open", "high", "low", "close"))
    return opened, high, low, close
