"""A file that has been read, with the rows of each of its tickers within reach."""

from __future__ import annotations

from functools import cached_property
from itertools import pairwise

import numpy as np
import polars as pl

from flows.sources.base import SourceError
from flows.sources.files.folder import key
from flows.sources.files.reading import FileRows


class Shelf:
    """The rows of one file by ticker: sorted once, so that each ticker costs its own rows and not all of them."""

    def __init__(self, file: FileRows, name: str) -> None:
        self.file = file
        self._name = name

    @cached_property
    def tickers(self) -> tuple[str, ...]:
        """The tickers that rows name, or that failed; empty where the file names none."""
        named = {ticker for ticker in self.file.troubles if ticker is not None}
        return tuple(sorted(named | set(self._places)))

    def rows(self, ticker: str) -> pl.DataFrame:
        """Give the rows of a ticker, or all of them where the file names none; raises SourceError where they are not
        whole."""
        spelled = [one for one in self.tickers if key(one) == key(ticker)]
        if len(spelled) > 1:
            raise SourceError(f"{self._name}: ticker {ticker!r} is spelled {' and '.join(spelled)}")
        mine = spelled[0] if spelled else None
        if trouble := self.file.trouble(mine):
            raise SourceError(trouble)
        if not self._places:
            return self.file.rows
        if mine is None:
            return self.file.rows.clear()
        first, end = self._places[mine]
        return self.file.rows[self._order[first:end]]

    @cached_property
    def _sorted(self) -> tuple[np.ndarray, dict[str, tuple[int, int]]]:
        tickers = self.file.rows["ticker"]
        if tickers.null_count() == tickers.len():
            return np.empty(0, dtype=np.uint32), {}
        if tickers.dtype == pl.String:
            tickers = tickers.cast(pl.Categorical)
        codes = tickers.to_physical().to_numpy()
        narrow = codes.astype(np.uint16) if codes.max() < 1 << 16 else codes  # sorted by digits, in no time
        order = np.argsort(narrow, kind="stable").astype(np.uint32)
        ends = np.flatnonzero(np.diff(narrow[order])) + 1
        bounds = [0, *ends.tolist(), len(order)]
        names = tickers[order[np.asarray(bounds[:-1])]].cast(pl.String).to_list()
        return order, dict(zip(names, pairwise(bounds), strict=True))

    @property
    def _order(self) -> np.ndarray:
        return self._sorted[0]

    @property
    def _places(self) -> dict[str, tuple[int, int]]:
        return self._sorted[1]
