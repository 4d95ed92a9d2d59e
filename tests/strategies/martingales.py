"""Fair games: prices whose best forecast is where they stand, with bars that are what a walk within the day left."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl
from numpy.typing import NDArray

FIRST = date(2015, 1, 1)


def within_days(seed: int, days: int, volatility: float, steps: int = 64) -> NDArray[np.float64]:
    """Prices ``[days, steps + 1]`` of a martingale; `volatility` is a day's, in logarithms; no gaps over night."""
    rng = np.random.default_rng(seed)
    move = rng.normal(0.0, volatility / np.sqrt(steps), (days, steps))
    level = np.cumsum((move - volatility**2 / (2 * steps)).ravel()).reshape(days, steps)
    opened = np.r_[0.0, level[:-1, -1]]
    return np.exp(np.column_stack([opened, level])) * 100.0


def fair_game(seed: int, days: int, volatility: float, steps: int = 64) -> pl.DataFrame:
    """Bars of one asset A, a martingale of so many steps a day."""
    return daily(within_days(seed, days, volatility, steps))


def daily(inside: NDArray[np.float64]) -> pl.DataFrame:
    """Bars of the days."""
    days = len(inside)
    return pl.DataFrame(
        {
            "ticker": ["A"] * days,
            "date": [FIRST + timedelta(days=k) for k in range(days)],
            "open": inside[:, 0],
            "high": inside.max(axis=1),
            "low": inside.min(axis=1),
            "close": inside[:, -1],
        }
    )
