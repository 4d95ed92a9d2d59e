"""Bars of a frame, laid out as the day step reads them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from schemas.columns import PRICES
from sdengine.kernel.records import BAR, Records
from sdengine.market.calendar import calendar_of, ordinal
from sdengine.market.carry import carry_history, find_extremes
from sdengine.market.given import BarsError, read_bars
from sdengine.market.past import gaps_until_entry
from sdengine.market.sound import first_fault

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True)
class Market:
    """`T` days on which at least one of `A` tickers has a bar."""

    tickers: tuple[str, ...]
    days: Records  # [T] of DAY
    bars: Records  # [T, A] of BAR
    gaps: NDArray[np.float64]  # [A, GAP_BARS] of the bars up to each asset's entry, see `market.past`

    def since(self, first: int) -> Market:
        """Return the market from row `first` on, with the closes and NAVs that an entry there carries forward."""
        bars = self.bars[first:].copy()
        carry_history(bars)
        days = self.days[first:].copy()
        find_extremes(days, bars)
        return Market(self.tickers, days, bars, gaps_until_entry(self.bars, first))

    def window(self, start: date | None, end: date | None) -> tuple[int, int]:
        """First and one past the last row of the days from `start` to `end`, both included; None is open."""
        ordinals = self.days["ordinal"]
        first = 0 if start is None else int(np.searchsorted(ordinals, ordinal(start), side="left"))
        last = len(ordinals) if end is None else int(np.searchsorted(ordinals, ordinal(end), side="right"))
        return first, max(first, last)


class BarStore:
    """A checked frame of bars, from which the market of any choice of its tickers is cut.

    `bars`: ticker, date, open, high, low, close and, if any, dividend (cash per share on its ex-date; null and NaN are
    none), in any order, one row per ticker and date, in any frame that `read_bars` reads. Raises BarsError for missing
    columns, duplicate rows, and bars that are not sound (see `sdengine.market.sound`).
    """

    def __init__(self, bars: Any) -> None:
        bars = read_bars(bars)
        bars = bars.sort("ticker", "date")
        self._bars = bars
        self._ordinals = bars["date"].to_physical().to_numpy()
        self._rows: dict[str, tuple[int, int]] = {}
        names = bars["ticker"].to_numpy()
        if len(names):
            edges = np.flatnonzero(np.r_[True, names[1:] != names[:-1], True])
            self._rows = {str(names[a]): (int(a), int(b)) for a, b in pairwise(edges)}
        self._values = {name: bars[name].to_numpy() for name in PRICES}
        if "dividend" in bars.columns:
            self._values["dividend"] = bars["dividend"].fill_null(0.0).fill_nan(0.0).to_numpy()
        self._check()
        self._markets: dict[tuple[str, ...], Market] = {}

    def frame(self, tickers: list[str]) -> pl.DataFrame:
        """Return the rows of those tickers, in order of ticker and date."""
        return self._bars.filter(self._bars["ticker"].is_in(tickers))

    def market(self, tickers: tuple[str, ...]) -> Market:
        """Return the market of those tickers, in that order. Raises BarsError for a ticker without bars."""
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
        return Market(tickers, days, bars, gaps_until_entry(bars, 0))

    def _check(self) -> None:
        ordinals, values = self._ordinals, self._values
        starts = {a for a, _ in self._rows.values()}
        for twin in np.flatnonzero(ordinals[1:] == ordinals[:-1]) + 1:
            if int(twin) not in starts:
                raise BarsError(f"{self._where(int(twin))} stands there twice; allowed: one bar per ticker and date")
        fault = first_fault(values)
        if fault is not None:
            raise BarsError(f"{self._where(fault.row)}: {fault.subject} {fault.verdict}")

    def _where(self, k: int) -> str:
        return f"bar of {self._bars['ticker'][k]} on {self._bars['date'][k]}"
