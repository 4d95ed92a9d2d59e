"""The frame that a caller gives, whatever made it, as one polars frame with the columns and types of bars."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from schemas.columns import PRICES
from sdengine.market.refused import BarsError
from sdengine.market.wide import from_pandas, usual_names

if TYPE_CHECKING:
    import polars as pl


ALLOWED = "a polars, pandas or Arrow frame, or a mapping of columns"


def read_bars(bars: Any) -> pl.DataFrame:
    """Return ticker, date, open, high, low, close and, if any, dividend as String, Date and Float64.

    `bars`: a polars frame (lazy ones are collected), a pandas frame (see `market.wide`), an Arrow table, or a mapping
    of columns; Open is open, and Dividends are dividend. A Datetime column is read as dates where every time is
    midnight, on the clock of its own zone. Raises BarsError for anything else: which column, ticker and value, and what
    is allowed.
    """
    frame = usual_names(_as_polars(bars))
    missing = [name for name in ("ticker", "date", *PRICES) if name not in frame.columns]
    if missing == ["ticker"]:
        raise BarsError("bars lack the column ticker; of one ticker's bars say whose: bars.assign(ticker='AAPL')")
    if missing:
        raise BarsError(f"bars lack the columns {', '.join(missing)}; needed: ticker, date, {', '.join(PRICES)}")
    numbers = [*PRICES, *(["dividend"] if "dividend" in frame.columns else [])]
    return frame.select(_tickers(frame), _dates(frame), *(_numbers(frame, name) for name in numbers))


def _as_polars(bars: Any) -> pl.DataFrame:
    import polars as pl

    home = type(bars).__module__.partition(".")[0]
    try:
        if isinstance(bars, pl.LazyFrame):
            return bars.collect()
        if isinstance(bars, pl.DataFrame):
            return bars
        if home == "pandas" and hasattr(bars, "columns"):
            return from_pandas(bars)
        if home == "pyarrow" and hasattr(bars, "column_names"):
            return pl.DataFrame(bars)
        if isinstance(bars, Mapping):
            return pl.DataFrame(dict(bars))
    except BarsError:
        raise
    except Exception as error:  # whatever a library says of columns that make no frame
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise BarsError(f"the bars are no frame ({reason}); allowed: {ALLOWED}") from error
    raise BarsError(f"the bars are a {type(bars).__name__}; allowed: {ALLOWED}")


def _tickers(frame: pl.DataFrame) -> pl.Series:
    import polars as pl

    tickers = frame["ticker"]
    if tickers.dtype not in (pl.String, pl.Categorical, pl.Enum):
        raise BarsError(f"the column ticker is of type {tickers.dtype}; allowed: text")
    if tickers.null_count():
        raise BarsError(f"the column ticker is empty in row {tickers.is_null().arg_true()[0]}; allowed: text")
    return tickers.cast(pl.String)


def _dates(frame: pl.DataFrame) -> pl.Series:
    import polars as pl

    dates = frame["date"]
    allowed = "allowed: dates, or times that are all midnight"
    if dates.dtype != pl.Date and not isinstance(dates.dtype, pl.Datetime):
        raise BarsError(f"the column date is of type {dates.dtype}; {allowed}")
    if dates.null_count():
        raise BarsError(f"a date of {frame['ticker'][dates.is_null().arg_true()[0]]} is missing; {allowed}")
    if dates.dtype == pl.Date:
        return dates
    local = dates.dt.replace_time_zone(None)
    odd = local != local.dt.truncate("1d")
    if odd.any():
        at = odd.arg_true()[0]
        raise BarsError(f"a date of {frame['ticker'][at]} is {local[at]}, which is not midnight; {allowed}")
    return local.cast(pl.Date)


def _numbers(frame: pl.DataFrame, name: str) -> pl.Series:
    import polars as pl

    numbers = frame[name]
    if numbers.dtype == pl.Null:
        return numbers.cast(pl.Float64)
    if not numbers.dtype.is_numeric():
        raise BarsError(f"the column {name} is of type {numbers.dtype}; allowed: numbers")
    return numbers.cast(pl.Float64)
