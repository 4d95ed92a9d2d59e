"""Each asset of a run at each close: derived from its fills and the bars, never stored.

From an asset's entry on, one row for every day of the portfolio; on a day without a bar of its own, at its last close.
Holdings and anchor are those after the day's last fill. `nav` is the all-time high after the day: the close of the
entry, then the highs of the bars that followed. `nav_premium` compares the close with the NAV as it stood before the
day. `weight` is the share of the portfolio's total value.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import polars as pl

COLUMNS = ("date", "ticker", "holdings", "close", "value", "weight", "nav", "nav_premium", "anchor")


def asset_days(fills: pl.DataFrame, portfolio_days: pl.DataFrame, bars: pl.DataFrame) -> pl.DataFrame:
    """Frame of COLUMNS, in order of date and ticker.

    `fills` and `portfolio_days` of one run, `bars` of its tickers, sorted by ticker and date.
    """
    import polars as pl

    days = portfolio_days["date"].to_physical().to_numpy()
    totals = portfolio_days["total_value"].to_numpy()
    parts = []
    traded = fills.filter(pl.col("ticker").is_not_null())
    for (ticker,), rows in traded.group_by("ticker", maintain_order=True):
        filled = rows["date"].to_physical().to_numpy()
        quoted = bars.filter((pl.col("ticker") == ticker) & (pl.col("date") >= rows["date"][0]))
        dates = quoted["date"].to_physical().to_numpy()
        close, high = quoted["close"].to_numpy(), quoted["high"].to_numpy().copy()
        high[0] = close[0]
        nav = np.maximum.accumulate(high)
        nav_before = np.r_[nav[0], nav[:-1]]

        own = days >= filled[0]
        bar = np.searchsorted(dates, days[own], side="right") - 1
        fill = np.searchsorted(filled, days[own], side="right") - 1
        holdings = rows["holdings_after"].to_numpy()[fill]
        before = np.where(dates[bar] == days[own], nav_before[bar], nav[bar])
        value = holdings * close[bar]
        total = np.where(totals[own] == 0.0, np.nan, totals[own])
        parts.append(
            pl.DataFrame(
                {
                    "date": pl.Series(days[own], dtype=pl.Int32).cast(pl.Date),
                    "ticker": pl.repeat(ticker, int(own.sum()), dtype=pl.String, eager=True),
                    "holdings": holdings,
                    "close": close[bar],
                    "value": value,
                    "weight": value / total,
                    "nav": nav[bar],
                    "nav_premium": close[bar] / before - 1.0,
                    "anchor": rows["anchor"].to_numpy()[fill],
                }
            ).with_columns(pl.col("weight").fill_nan(None))
        )
    if not parts:
        types: dict[str, type[pl.DataType]] = {"date": pl.Date, "ticker": pl.String}
        return pl.DataFrame(schema={name: types.get(name, pl.Float64) for name in COLUMNS})
    return pl.concat(parts).sort("date", "ticker", maintain_order=True)
