"""Each asset of a run at each close: derived from its fills and the bars, never stored.

From an asset's entry on, one row for every day of the portfolio; on a day without a bar of its own, at its last close.
Holdings and anchor are those after the day's last fill. `nav` is the all-time high after the day: the close of the
entry, then the highs of the bars that followed. `nav_premium` compares the close with the NAV as it stood before the
day. `weight` is the share of the portfolio's total value.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import NDArray

COLUMNS = ("date", "ticker", "holdings", "close", "value", "weight", "nav", "nav_premium", "anchor")


Columns: TypeAlias = "Mapping[str, NDArray[Any]]"
"""Rows by their columns."""


def asset_days(fills: pl.DataFrame, portfolio_days: pl.DataFrame, bars: pl.DataFrame) -> pl.DataFrame:
    """Frame of COLUMNS, in order of date and ticker.

    `fills` and `portfolio_days` of one run, `bars` of its tickers, sorted by ticker and date.
    """
    import polars as pl

    def columns(frame: pl.DataFrame, *names: str) -> Columns:
        return {name: frame[name].to_numpy() for name in names}

    closes, parts = columns(portfolio_days, "date", "total_value"), []
    traded = fills.filter(pl.col("ticker").is_not_null())
    for (ticker,), rows in traded.group_by("ticker", maintain_order=True):
        own = bars.filter(pl.col("ticker") == ticker)
        found = asset_at(
            closes, columns(rows, "date", "holdings_after", "anchor"), columns(own, "date", "close", "high")
        )
        parts.append(pl.DataFrame(found).with_columns(pl.col("weight").fill_nan(None), ticker=pl.lit(ticker)))
    if not parts:
        types: dict[str, type[pl.DataType]] = {"date": pl.Date, "ticker": pl.String}
        return pl.DataFrame(schema={name: types.get(name, pl.Float64) for name in COLUMNS})
    return pl.concat(parts).select(COLUMNS).sort("date", "ticker", maintain_order=True)


def asset_at(closes: Columns, fills: Columns, bars: Columns) -> dict[str, NDArray[Any]]:
    """Give COLUMNS, without the ticker, of one asset at some of the portfolio's closes, from its entry on.

    Args:
        closes: date and total_value of the days that are wanted.
        fills: date, holdings_after and anchor of its fills.
        bars: date, close and high of its ticker.
    """
    entered = fills["date"][0]
    own = closes["date"] >= entered
    days, total = closes["date"][own], closes["total_value"][own]
    since = np.searchsorted(bars["date"], entered)
    dates, close, high = (bars[name][since:] for name in ("date", "close", "high"))
    nav = np.maximum.accumulate(np.r_[close[:1], high[1:]])
    nav_before = np.r_[nav[:1], nav[:-1]]
    bar = np.searchsorted(dates, days, side="right") - 1
    fill = np.searchsorted(fills["date"], days, side="right") - 1
    holdings = fills["holdings_after"][fill]
    value = holdings * close[bar]
    return {
        "date": days,
        "holdings": holdings,
        "close": close[bar],
        "value": value,
        "weight": value / np.where(total == 0.0, np.nan, total),
        "nav": nav[bar],
        "nav_premium": close[bar] / np.where(dates[bar] == days, nav_before[bar], nav[bar]) - 1.0,
        "anchor": fills["anchor"][fill],
    }
