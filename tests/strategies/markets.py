"""Random markets: quiet ones, wild ones, gaps, flat days, missing bars, weekends for some, late and early listings."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

TICKERS = ("A", "B", "C", "D", "E", "F")
FIRST_DAY = date(2019, 11, 4)


class Bars(list[dict[str, Any]]):
    """Rows of bars that print as the call that made them: a failing case is told in two lines, not in thousands."""

    origin: str = "[]"

    def __repr__(self) -> str:
        return self.origin


@dataclass
class Character:
    """How one asset behaves. Shares are of days; `volatility` is the size of a day's moves in logarithms."""

    price: float = 100.0
    volatility: float = 0.03
    drift: float = 0.0
    gaps: float = 0.0
    flat: float = 0.0
    missing: float = 0.0
    dividends: float = 0.0
    weekends: bool = False
    lists_after: float = 0.0
    ends_at: float = 1.0
    cents: bool = False


def make_bar(rng: random.Random, character: Character, last_close: float) -> dict[str, float]:
    """One day's prices: open near the last close or after a gap, close anywhere, extremes around both."""
    if rng.random() < character.flat:
        return dict.fromkeys(("open", "high", "low", "close"), last_close)
    sigma = character.volatility
    gap = rng.gauss(0, 4 * sigma) if rng.random() < character.gaps else rng.gauss(0, sigma / 5)
    opened = last_close * math.exp(gap)
    close = opened * math.exp(rng.gauss(character.drift, sigma))
    high = max(opened, close) * math.exp(abs(rng.gauss(0, sigma)) * rng.choice((0, 1, 1)))
    low = min(opened, close) * math.exp(-abs(rng.gauss(0, sigma)) * rng.choice((0, 1, 1)))
    bar = {"open": opened, "high": high, "low": low, "close": close}
    bar = {name: min(max(price, 1e-3), 1e9) for name, price in bar.items()}
    return {name: max(round(price, 2), 0.01) for name, price in bar.items()} if character.cents else bar


def make_bars(seed: int, characters: list[Character], days: int, spacing: int = 1) -> Bars:
    """`days` dates, `spacing` calendar days apart; with a spacing of 1 only those with weekends trade on them."""
    rng = random.Random(seed)
    bars = Bars()
    bars.origin = f"make_bars({seed}, {characters}, days={days}, spacing={spacing})"
    for ticker, character in zip(TICKERS, characters, strict=False):
        close = character.price
        first, last = int(character.lists_after * days), math.ceil(character.ends_at * days)
        for k in range(days):
            today = FIRST_DAY + timedelta(days=k * spacing)
            shut = spacing == 1 and today.weekday() >= 5 and not character.weekends
            if not first <= k < last or shut or (k > first and rng.random() < character.missing):
                continue
            bar = make_bar(rng, character, close)
            close = bar["close"]
            paid = round(close * rng.uniform(0.001, 0.03), 6) if rng.random() < character.dividends else 0.0
            bars.append({"ticker": ticker, "date": today, **bar, "dividend": paid})
    bars.sort(key=lambda bar: (bar["date"], bar["ticker"]))
    return bars


def characters() -> st.SearchStrategy[Character]:
    """One asset's behaviour; shrinks towards a quiet asset that trades every weekday."""
    sometimes = st.sampled_from((0.0, 0.0, 0.05, 0.3))
    return st.builds(
        Character,
        price=st.sampled_from((100.0, 1.0, 37.5, 4000.0)),
        volatility=st.sampled_from((0.03, 0.005, 0.1, 0.3)),
        drift=st.sampled_from((0.0, 0.002, -0.002, 0.02, -0.02)),
        gaps=sometimes,
        flat=sometimes,
        missing=sometimes,
        dividends=st.sampled_from((0.0, 0.0, 0.05)),
        weekends=st.booleans(),
        lists_after=st.sampled_from((0.0, 0.0, 0.0, 0.3, 0.7)),
        ends_at=st.sampled_from((1.0, 1.0, 1.0, 0.6)),
        cents=st.booleans(),
    )


@st.composite
def markets(draw: st.DrawFn, assets: int, max_days: int = 60) -> Bars:
    """Bars of `assets` assets with at least one bar each."""
    chosen = [draw(characters()) for _ in range(assets)]
    days = draw(st.one_of(st.integers(3, max_days), st.just(max_days), st.just(3 * max_days)))
    spacing = draw(st.sampled_from((1, 1, 2, 9, 20)))
    bars = make_bars(draw(st.integers(0, 2**20)), chosen, days, spacing)
    return with_every_ticker(bars, assets)


def with_every_ticker(bars: Bars, assets: int) -> Bars:
    """One bar on the first day for each ticker that has none at all."""
    present = {bar["ticker"] for bar in bars}
    for ticker in TICKERS[:assets]:
        if ticker not in present:
            day = {"open": 100.0, "high": 101.0, "low": 99.0, "close": 100.0, "dividend": 0.0}
            bars.append({"ticker": ticker, "date": FIRST_DAY, **day})
            bars.origin = f"with_every_ticker({bars.origin}, {assets})"
    bars.sort(key=lambda bar: (bar["date"], bar["ticker"]))
    return bars
