"""Frames as people have them: columns named in capitals, dates in the index, in pandas a column a ticker and price."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from schemas.columns import PRICES
from sdengine.market.refused import BarsError

if TYPE_CHECKING:
    import polars as pl

NAMES = {"ticker": "ticker", "date": "date", **{name: name for name in PRICES}}
NAMES |= {"dividend": "dividend", "dividends": "dividend"}
"""How a column may be called, in whatever case, and what it is then."""


def from_pandas(bars: Any) -> pl.DataFrame:
    """Read a pandas frame: what its index names is a column, and so is an index of times that has no name.

    Two levels of columns, as yfinance gives several tickers: one of prices and one of tickers, in either order; a row
    without any price is a bar that there is not.
    """
    import pandas as pd
    import polars as pl

    if bars.columns.nlevels == 2:
        bars = _stacked(bars)
    if isinstance(bars.index, pd.DatetimeIndex) and bars.index.name is None:
        bars = bars.rename_axis(index="date")
    named = [name for name in bars.index.names if name is not None]
    return pl.from_pandas(bars.reset_index(named) if named else bars)


def _stacked(bars: Any) -> Any:
    """Put the tickers of a frame with two levels of columns below each other."""
    for prices, tickers in ((0, 1), (1, 0)):
        held = {str(name).lower(): name for name in bars.columns.get_level_values(prices)}
        if set(PRICES) <= set(held):
            long = bars.stack(tickers, future_stack=True)
            long.index.names = [bars.index.name or "date", "ticker"]
            return long.dropna(subset=[held[name] for name in PRICES], how="all")
    raise BarsError(f"the columns have two levels, and none holds {', '.join(PRICES)}; allowed: one level of tickers")


def usual_names(frame: pl.DataFrame) -> pl.DataFrame:
    """Give columns that are spelled otherwise (Open, Dividends) our names; BarsError where two would be one.

    What yfinance adjusts for dividends is refused if it holds them too: they would count twice.
    """
    meant: dict[str, list[str]] = {}
    for name in frame.columns:
        if (known := NAMES.get(name.lower())) is not None:
            meant.setdefault(known, []).append(name)
    twice = [names for known, names in meant.items() if len(names) > 1 and known not in names]
    if twice:
        raise BarsError(f"the columns {' and '.join(twice[0])} have one meaning; allowed: one of them")
    if "Dividends" in frame.columns and "Adj Close" not in frame.columns and "dividend" not in frame.columns:
        raise BarsError(
            "there are Dividends but no Adj Close, so the prices may be less the dividends already, which would count "
            "twice; allowed: bars asked for with auto_adjust=False, or Dividends left out or named dividend"
        )
    return frame.rename({names[0]: known for known, names in meant.items() if known not in names})
