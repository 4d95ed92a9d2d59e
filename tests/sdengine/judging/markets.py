"""Invented markets: noise without drift, the same with a way back to a level planted, and one of many calendars."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl
from numpy.typing import NDArray

from sdengine.scenario import Scenario, expand

Floats = NDArray[np.float64]

MONDAY = date(2015, 1, 5)
STEPS = 8
OVERNIGHT = 0.16
CORRELATION = 0.4


def weekdays(count: int) -> list[date]:
    return [MONDAY + timedelta(weeks=k // 5, days=k % 5) for k in range(count)]


def noise(seed: int, days: int = 1256, assets: int = 4, volatility: float = 0.02, planted: float = 0.0) -> pl.DataFrame:
    """Bars of martingales that move together a little, a sixth of their variance over night.

    Highs and lows are those of Brownian motion, drawn exactly in each of eight steps a day (the maximum of a bridge).
    `planted`: logarithms also have a component of that standard deviation which halves in 15 days.
    """
    rng = np.random.default_rng(seed)
    share = np.r_[OVERNIGHT, np.full(STEPS, (1 - OVERNIGHT) / STEPS)]
    sd = volatility * np.sqrt(share)[None, :, None]
    common, own = rng.normal(size=(days, STEPS + 1, 1)), rng.normal(size=(days, STEPS + 1, assets))
    moves = sd * (np.sqrt(CORRELATION) * common + np.sqrt(1 - CORRELATION) * own) - sd**2 / 2
    if planted:
        back = 0.5 ** (1 / 15)
        level, shocks = np.zeros(assets), rng.normal(size=(days, assets)) * planted * np.sqrt(1 - back**2)
        for day in range(days):
            after = back * level + shocks[day]
            moves[day] += (after - level) * share[:, None]
            level = after
    levels = np.cumsum(moves.reshape(-1, assets), axis=0).reshape(days, STEPS + 1, assets)
    width = sd[:, 1:] ** 2
    ends = np.diff(levels, axis=1)

    def reach() -> Floats:
        """Draw how far each step goes above its start."""
        drawn: Floats = np.log(1.0 - rng.random((days, STEPS, assets)))
        return (ends + np.sqrt(ends**2 - 2 * width * drawn)) / 2

    highest = (levels[:, :-1] + reach()).max(axis=1)
    ends = -ends
    lowest = (levels[:, :-1] - reach()).min(axis=1)
    logs = {"open": levels[:, 0], "high": highest, "low": lowest, "close": levels[:, -1]}
    return pl.DataFrame(
        {"ticker": np.repeat([f"T{k}" for k in range(assets)], days).tolist(), "date": weekdays(days) * assets}
        | {name: 100.0 * np.exp(values.T.ravel()) for name, values in logs.items()}
    )


def grid(sd_n: list[float], sharing: list[float], assets: int = 4) -> list[Scenario]:
    """Make a sweep over both."""
    tables = {
        "portfolio": {"signal_price": "prev_close"},
        "asset_defaults": {"weight": 0.8 / assets},
        "assets": [{"ticker": f"T{k}"} for k in range(assets)],
        "sweep": {"asset_defaults.sd_n": sd_n, "asset_defaults.profit_sharing_pct": sharing},
    }
    return expand(tables, name="grid")


def calendars(seed: int = 5, days: int = 420) -> pl.DataFrame:
    """Make a COIN that trades every day, a SHARE with holidays and dividends, and LATE, listed after 150 days."""
    rng = np.random.default_rng(seed)
    frames = []
    for ticker in ("COIN", "SHARE", "LATE"):
        dates = [MONDAY + timedelta(days=k) for k in range(days)]
        if ticker != "COIN":
            dates = [day for k, day in enumerate(dates) if day.weekday() < 5 and k % 97 != 60]
        dates = [day for day in dates if ticker != "LATE" or day >= MONDAY + timedelta(days=150)]
        count = len(dates)
        close = 50.0 * np.exp(np.cumsum(rng.normal(0.001, 0.03, count)))
        opened = np.r_[50.0, close[:-1]] * np.exp(rng.normal(0, 0.008, count))
        high, low = np.maximum(opened, close) * 1.011, np.minimum(opened, close) * 0.988
        paid = np.zeros(count)
        if ticker == "SHARE":
            paid[40::60] = 0.5
        columns = {"open": opened, "high": high, "low": low, "close": close, "dividend": paid}
        frames.append(pl.DataFrame({"ticker": [ticker] * count, "date": dates, **columns}))
    return pl.concat(frames)
