"""Tables of many runs as the arrays that are measured."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sdengine.codes import Action
from sdengine.metrics.records import CASH_ROW, NO_DAY, STRANGER, Basket, Closes, Days, Fills, Int64s, Lots

if TYPE_CHECKING:
    import polars as pl

ACTIONS = tuple(action.name for action in sorted(Action))
UNKNOWN = len(ACTIONS)
"""The code of an action that nobody knows."""


def frozen(array: Any, dtype: Any) -> NDArray[Any]:
    """Make the array contiguous and read-only `dtype`: kernels know one kind of array, inputs stay as given."""
    view = np.ascontiguousarray(array, dtype=dtype).view()
    view.flags.writeable = False
    return view


def as_frame(table: Any, columns: Sequence[str] | None = None) -> pl.DataFrame:
    """Make a polars frame of a polars or an Arrow table, or of some of its columns."""
    import polars as pl

    chosen = table if columns is None else table.select(columns)
    return chosen if isinstance(chosen, pl.DataFrame) else pl.DataFrame(pl.from_arrow(chosen))


def segments(frame: pl.DataFrame, keys: Sequence[Any], by: Sequence[str]) -> tuple[pl.DataFrame, Int64s]:
    """Bring each run's rows together and in order of `by`; tell of each row which run it belongs to.

    Tables are stored that way and mostly read that way, so the sort is one that is quick on sorted stretches. Rows of
    runs that are not among the `keys` are left out.
    """
    run = np.repeat(*stretches(frame["run"], keys))
    order = sorting(frame, run, by)
    if order is not None:
        frame, run = frame[order], run[order]
    known = int(np.searchsorted(run, len(keys)))
    return frame[:known], frozen(run[:known], np.int64)


def stretches(runs: pl.Series, keys: Sequence[Any]) -> tuple[Int64s, Int64s]:
    """Find stretches of rows of one run: its place among the `keys`, behind all for a stranger, and how many rows."""
    found = runs.rle().struct
    place = {key: k for k, key in enumerate(keys)}
    owners = [place.get(key, len(keys)) for key in found.field("value").to_list()]
    return np.array(owners, np.int64), found.field("len").to_numpy().astype(np.int64)


def bounds(run: Int64s, runs: int) -> tuple[Int64s, Int64s]:
    """Find where each run's rows start and stop; a run without rows has an empty stretch."""
    edges = np.searchsorted(run, np.arange(runs + 1))
    return frozen(edges[:-1], np.int64), frozen(edges[1:], np.int64)


def sorting(frame: pl.DataFrame, run: Int64s, by: Sequence[str]) -> Int64s | None:
    """Find what sorts the rows by run, then by those whole numbers or dates, null last; None if that is done."""
    import polars as pl

    if len(by) == 1 and frame[by[0]].null_count() == 0:  # most tables are stored so, and a look shows it
        rank = frame[by[0]].to_physical().to_numpy()
        falls = (rank[1:] < rank[:-1]) & (run[1:] == run[:-1]) | (run[1:] < run[:-1])
        if not falls.any():
            return None
    ranks = [run]
    for name in by:
        given = frame[name].to_physical().cast(pl.Int64)
        last = int(given.drop_nulls().to_numpy().max(initial=0))
        ranks.append(given.fill_null(last + 1).to_numpy())
    spans = [int(rank.max()) + 1 for rank in ranks] if frame.height else []
    if math.prod(spans) >= 2**63 or any(rank.min() < 0 for rank in ranks if rank.size):
        return np.lexsort(ranks[::-1])
    packed = np.zeros(frame.height, np.int64)  # one sort of nearly sorted numbers is several times as quick
    for rank, span in zip(ranks, spans, strict=False):
        packed = packed * span + rank
    return None if np.all(np.diff(packed) >= 0) else np.argsort(packed, kind="stable")


def numbers(frame: pl.DataFrame, name: str) -> NDArray[np.float64]:
    """Take a column of real numbers; null becomes NaN."""
    return frozen(frame[name].to_numpy(), np.float64)


def ordinals(frame: pl.DataFrame, name: str = "date") -> NDArray[np.int32]:
    """Take a column of dates as days since 1970-01-01."""
    return frozen(frame[name].to_physical().to_numpy(), np.int32)


def places(frame: pl.DataFrame, name: str, known: Sequence[str], null: int, unknown: int) -> Int64s:
    """Take names as their positions among the `known`; `null` where there is no name, `unknown` for any other."""
    import polars as pl

    column = frame[name]
    if not isinstance(column.dtype, pl.Categorical):
        column = column.cast(pl.Categorical)
    words = column.unique().drop_nulls()
    numbered = words.to_physical().to_numpy()
    place = {word: k for k, word in enumerate(known)}
    codes = np.full(int(numbered.max(initial=0)) + 2, null, np.int64)  # the last one is for rows without a name
    codes[numbered] = [place.get(word, unknown) for word in words.to_list()]
    return frozen(codes[column.to_physical().fill_null(codes.size - 1).to_numpy()], np.int64)


def months_of(ordinal: NDArray[np.int32]) -> NDArray[np.int32]:
    """Take days since 1970-01-01 as months since then; each day that there may be is reckoned once, not by row."""
    first = int(ordinal.min(initial=0))
    known = np.arange(first, int(ordinal.max(initial=0)) + 1).astype("datetime64[D]").astype("datetime64[M]")
    return known.astype(np.int32)[ordinal - first]


def days_of(table: Any, keys: Sequence[Any]) -> Days:
    """Take portfolio days: run, date, total_value, bank, nav_value, withdrawn; in any order."""
    values = ["total_value", "bank", "nav_value", "withdrawn"]
    frame, run = segments(as_frame(table, ["run", "date", *values]), keys, ["date"])
    ordinal = ordinals(frame)
    month = months_of(ordinal)
    columns = (numbers(frame, name) for name in values)
    return Days(*bounds(run, len(keys)), run, ordinal, frozen(month, np.int32), *columns)


def fills_of(table: Any, keys: Sequence[Any], tickers: Sequence[str], basket: Basket, days: Days) -> Fills:
    """Take fills: run, seq, date, ticker, action, price, total, costs, holdings_after; in any order."""
    values = ["price", "total", "costs", "holdings_after"]
    frame, run = segments(as_frame(table, ["run", "seq", "date", "ticker", "action", *values]), keys, ["seq"])
    ordinal, columns = ordinals(frame), (numbers(frame, name) for name in values)
    day = place_of(days, run, ordinal)
    asset = _assets_of(frame, run, basket, tickers, null=CASH_ROW)
    action = places(frame, "action", ACTIONS, null=UNKNOWN, unknown=UNKNOWN)
    return Fills(*bounds(run, len(keys)), run, ordinal, day, asset, action, *columns)


def lots_of(table: Any, keys: Sequence[Any], tickers: Sequence[str], basket: Basket) -> Lots:
    """Take lots: run, ticker, lot, close_seq, opened_by, qty, open_price, unit_cost, gain, closed_on, long_term."""
    values = ["qty", "open_price", "unit_cost", "gain"]
    others = ["run", "lot", "close_seq", "ticker", "opened_by", "closed_on", "long_term"]
    frame, run = segments(as_frame(table, others + values), keys, ["lot", "close_seq"])
    columns = (numbers(frame, name) for name in values)
    asset = _assets_of(frame, run, basket, tickers, null=STRANGER)
    opened_by = places(frame, "opened_by", ACTIONS, null=UNKNOWN, unknown=UNKNOWN)
    closed_in = frozen(frame["closed_on"].dt.year().fill_null(0).to_numpy(), np.int64)
    long_term = frozen(frame["long_term"].fill_null(False).to_numpy(), np.int64)
    return Lots(run, asset, opened_by, closed_in, long_term, *columns)


def place_of(days: Days, run: Int64s, ordinal: NDArray[np.integer]) -> Int64s:
    """Find among all days the first of a run's that is not before a date; its `stop` if there is none."""
    found = np.searchsorted(_moments(days.run, days.ordinal), _moments(run, ordinal))
    return frozen(found, np.int64)


def _moments(run: Int64s, ordinal: NDArray[np.integer]) -> Int64s:
    """Make one number of run and day, the higher the later."""
    return run * 2**32 + ordinal


def _assets_of(frame: pl.DataFrame, run: Int64s, basket: Basket, tickers: Sequence[str], null: int) -> Int64s:
    """Find the row of the asset table that each row's ticker has in its run; `null` without a ticker."""
    rows = np.full((basket.start.size, len(tickers) + 2), STRANGER, np.int64)  # the last two are for no ticker of ours
    rows[basket.run, basket.ticker] = np.arange(basket.ticker.size)
    rows[:, len(tickers)] = null
    ticker = places(frame, "ticker", tickers, null=len(tickers), unknown=len(tickers) + 1)
    return frozen(rows[run, ticker], np.int64)


def basket_of(tickers_of_runs: Sequence[Sequence[str]], tickers: Sequence[str]) -> Basket:
    """Lay out the assets of each run."""
    place = {ticker: k for k, ticker in enumerate(tickers)}
    stop = np.cumsum([len(members) for members in tickers_of_runs], dtype=np.int64)
    start = np.concatenate([np.zeros(1, np.int64), stop[:-1]]) if len(stop) else stop
    members = [place[ticker] for asked in tickers_of_runs for ticker in asked]
    run = np.repeat(np.arange(start.size), stop - start)
    return Basket(*(frozen(column, np.int64) for column in (start, stop, run, members)))


def closes_of(bars: Any, tickers: Sequence[str]) -> Closes:
    """Take closes `[D, K]` of bars (ticker, date, close) in any order."""
    import polars as pl

    frame = as_frame(bars).filter(pl.col("ticker").cast(pl.String).is_in(list(tickers)))
    all_days, row = np.unique(ordinals(frame), return_inverse=True)
    traded = np.full((all_days.size, len(tickers)), np.nan)
    traded[row, places(frame, "ticker", tickers, null=0, unknown=0)] = numbers(frame, "close")
    last = np.where(np.isnan(traded), -1, np.arange(all_days.size)[:, np.newaxis])
    last = np.maximum.accumulate(last, axis=0)  # the row of the last bar, -1 before the first
    row = np.maximum(last, 0)
    closes = np.take_along_axis(traded, row, axis=0)
    traded_on = np.where(last < 0, NO_DAY, all_days[row])
    return Closes(frozen(all_days, np.int32), frozen(closes, np.float64), frozen(traded_on, np.int32))


def settings_of(parameters: Sequence[Mapping[str, Any]], name: str) -> NDArray[np.float64]:
    """Take one number of the portfolio table of each run's parameters."""
    return frozen([run["portfolio"][name] for run in parameters], np.float64)


def tax_rates_of(parameters: Sequence[Mapping[str, Any]], name: str) -> NDArray[np.float64]:
    """Take one rate of the taxes of each run's parameters; NaN without taxes."""
    return frozen([(run.get("taxes") or {}).get(name, np.nan) for run in parameters], np.float64)
