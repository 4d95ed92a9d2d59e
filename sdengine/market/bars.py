"""Bars of a frame, laid out as the day step reads them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from schemas.columns import PRICES
from sdengine.kernel.records import BAR, Record, Records
from sdengine.kernel.tolerance import PRICE_NOISE as NOISE
from sdengine.market.calendar import calendar_of, ordinal
from sdengine.market.carry import carry_history, find_extremes

if TYPE_CHECKING:
    import polars as pl


class BarsError(ValueError):
    """The bars can't be used: says which ticker and date, what was given, what is allowed."""


@dataclass(frozen=True)
class Market:
    """`T` days on which at least one of `A` tickers has a bar."""

    tickers: tuple[str, ...]
    days: Records  # [T] of DAY
    bars: Records  # [T, A] of BAR

    def since(self, first: int) -> Market:
        """The market from row `first` on, with the closes and NAVs that an entry there carries forward."""
        bars = self.bars[first:].copy()
        carry_history(bars)
        days = self.days[first:].copy()
        find_extremes(days, bars)
        return Market(self.tickers, days, bars)

    def window(self, start: date | None, end: date | None) -> tuple[int, int]:
        """First and one past the last row of the days from `start` to `end`, both included; None is open."""
        ordinals = self.days["ordinal"]
        first = 0 if start is None else int(np.searchsorted(ordinals, ordinal(start), side="left"))
        last = len(ordinals) if end is None else int(np.searchsorted(ordinals, ordinal(end), side="right"))
        return first, max(first, last)


def one_bar(bar: Record, ticker: str, prices: Mapping[str, float]) -> None:
    """Fill in one BAR record from open, high, low, close and, if any, dividend. Raises BarsError."""
    for name in PRICES:
        value = prices.get(name)
        if value is None or not (np.isfinite(value) and value > 0.0):
            raise BarsError(f"{name} of {ticker} is {value!r}; allowed: a finite price above 0")
        bar[name] = value
    if bar["high"] * (1.0 + NOISE) < bar["low"] * (1.0 - NOISE):
        raise BarsError(f"high {bar['high']} of {ticker} is below low {bar['low']}; allowed: low <= high")
    bar["dividend"] = prices.get("dividend") or 0.0


class BarStore:
    """A checked frame of bars, from which the market of any choice of its tickers is cut.

    `bars`: polars frame of ticker, date, open, high, low, close and, if any, dividend (cash per share on its ex-date);
    in any order, one row per ticker and date. Raises BarsError for missing columns, duplicate rows, prices that are
    not finite and above 0, a high below the low, a dividend that is not finite.
    """

    def __init__(self, bars: pl.DataFrame) -> None:
        missing = [name for name in ("ticker", "date", *PRICES) if name not in bars.columns]
        if missing:
            raise BarsError(f"bars lack the columns {', '.join(missing)}; needed: ticker, date, {', '.join(PRICES)}")
        bars = bars.sort("ticker", "date")
        self._bars = bars
        self._ordinals = bars["date"].to_physical().to_numpy()
        self._rows: dict[str, tuple[int, int]] = {}
        names = bars["ticker"].to_numpy()
        if len(names):
            edges = np.flatnonzero(np.r_[True, names[1:] != names[:-1], True])
            self._rows = {str(names[a]): (int(a), int(b)) for a, b in pairwise(edges)}
        self._values = {name: bars[name].cast(float).to_numpy() for name in PRICES}
        if "dividend" in bars.columns:
            self._values["dividend"] = bars["dividend"].cast(float).fill_null(0.0).to_numpy()
        self._check()
        self._markets: dict[tuple[str, ...], Market] = {}

    def frame(self, tickers: list[str]) -> pl.DataFrame:
        """The rows of those tickers, in order of ticker and date."""
        return self._bars.filter(self._bars["ticker"].is_in(tickers))

    def market(self, tickers: tuple[str, ...]) -> Market:
        """The market of those tickers, in that order. Raises BarsError for a ticker without bars."""
        if tickers not in self._markets:
            unknown = [ticker for ticker in tickers if ticker not in self._rows]
            if unknown:
                known = ", ".join(sorted(self._rows)) or "none"
                raise BarsError(f"no bars for {', '.join(unknown)}; there are bars for: {known}")
            self._markets[tickers] = self._cut(tickers)
        return self._markets[tickers]

    def _cut(self, tickers: tuple[str, ...]) -> Market:
        slices = [slice(*self._rows[ticker]) for ticker in tickers]
        ordinals = np.unique(np.concatenate([self._ordinals[rows] for rows in slices]))
        bars = np.zeros((len(ordinals), len(tickers)), BAR)
        for name in PRICES:
            bars[name] = np.nan
        for a, rows in enumerate(slices):
            at = np.searchsorted(ordinals, self._ordinals[rows])
            for name, values in self._values.items():
                bars[name][at, a] = values[rows]
        days = calendar_of(ordinals)
        days["pays"] = (bars["dividend"] != 0.0).any(axis=1)
        return Market(tickers, days, bars)

    def _check(self) -> None:
        ordinals, values = self._ordinals, self._values
        starts = {a for a, _ in self._rows.values()}
        for twin in np.flatnonzero(ordinals[1:] == ordinals[:-1]) + 1:
            if int(twin) not in starts:
                raise BarsError(f"{self._where(int(twin))} stands there twice; allowed: one bar per ticker and date")
        for name in PRICES:
            bad = np.flatnonzero(~(np.isfinite(values[name]) & (values[name] > 0.0)))
            if len(bad):
                given = f"{name} is {values[name][bad[0]]}"
                raise BarsError(f"{self._where(int(bad[0]))}: {given}; allowed: a finite price above 0")
        high, low = values["high"] * (1.0 + NOISE), values["low"] * (1.0 - NOISE)
        bad = np.flatnonzero(high < low)
        if len(bad):
            k = int(bad[0])
            given = f"high {values['high'][k]} is below low {values['low'][k]}"
            raise BarsError(f"{self._where(k)}: {given}; allowed: low <= high")
        bad = np.flatnonzero(~np.isfinite(values.get("dividend", np.zeros(0))))
        if len(bad):
            raise BarsError(f"{self._where(int(bad[0]))}: the dividend is not finite; allowed: cash per share, or none")

    def _where(self, k: int) -> str:
        return f"bar of {self._bars['ticker'][k]} on {self._bars['date'][k]}"
