"""The embedded default source: real daily prices of four companies, public domain, no network (see PROVENANCE.md
beside this file)."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from flows.sources.base import Adjustment, Fetched, SourceError

if TYPE_CHECKING:
    import polars as pl

FOLDER = Path(__file__).parent
TICKERS = ("AAPL", "GOOG", "IBM", "MSFT")
ENDS = date(2013, 3, 1)


class SampleSource:
    """Bars as traded, with the splits and cash dividends of their time; history ends on 2013-03-01."""

    name = "sample"
    adjustment: Adjustment = "none"
    local = True

    def tickers(self) -> tuple[str, ...]:
        """List the four tickers of the sample."""
        return TICKERS

    def ends(self, ticker: str) -> date | None:
        """Tell the sample's last session, for every ticker."""
        return ENDS

    def fetch(self, ticker: str, first: date | None, last: date | None) -> Fetched:
        """Bars and actions of one ticker from first to last, both inclusive; raises SourceError for a ticker that is
        not in the sample."""
        if ticker not in TICKERS:
            raise SourceError(
                f"ticker {ticker!r} is not in the sample, which holds {', '.join(TICKERS)}; "
                "the sources yfinance and files have others"
            )
        return Fetched(_part("bars", ticker, first, last), _part("actions", ticker, first, last), self.adjustment)


def _part(table: str, ticker: str, first: date | None, last: date | None) -> pl.DataFrame:
    import polars as pl

    rows = pl.scan_parquet(FOLDER / f"{table}.parquet").filter(pl.col("ticker") == ticker)
    if first is not None:
        rows = rows.filter(pl.col("date") >= first)
    if last is not None:
        rows = rows.filter(pl.col("date") <= last)
    return rows.drop("ticker").collect()
