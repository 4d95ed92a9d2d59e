"""What a ticker's rows tell together: bars that are no daily ones, dates that are shifted, a market that is not known.

One row is one ticker, with the sums that the rules read. An error here refuses the ticker whole, for none of its bars
would be what it says.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import polars as pl

from flows.calendars.markets import UNKNOWN, market_of
from flows.validate.rules.base import Rule

if TYPE_CHECKING:
    from flows.calendars import Sessions

FEW_WAITS = 8  # waits from bar to bar that tell a habit
MOST = 0.8  # of the waits
LONG_WAIT = 5  # days
CROWD = 3  # rows a date


def prepare(bars: pl.DataFrame, actions: pl.DataFrame, sessions: Sessions, tickers: pl.DataFrame) -> pl.DataFrame:
    """Sum up each ticker in one row.

    Columns: row, ticker · _kind, _calendar · _closed (share of its rows on days on which its market was closed) ·
    _early, _late (shares of those that a day later, or a day earlier, would be sessions) · _gone (sessions without a
    row, for each such row) · _wait (the mean of days from one date to the next) · _far (share of those waits that are
    five days or longer, null where they are few) · _rows (rows a date) · _last (its last date) · _outlived (whether
    most others of its source go on for long) · _adjusted (whether dividends have been taken out of its prices) ·
    _dividends (how many it has).

    Args:
        bars: rows as given, with their dates looked up (see dates and sessions), sorted by ticker and date.
        actions: ticker, kind of what they paid and split.
        sessions: their calendar.
        tickers: ticker, outlived, adjusted.
    """
    wait = (pl.col("date") - pl.col("date").shift(1)).dt.total_days()
    same = pl.col("ticker") == pl.col("ticker").shift(1)
    bars = bars.with_columns(_next=same & (wait > 0), _long=same & (wait >= LONG_WAIT))
    waits = pl.col("_next").sum()
    closed = _closed()
    totals = bars.group_by("ticker", maintain_order=True).agg(
        pl.col("_calendar").first(),
        _closed=closed.mean(),
        _count=closed.sum(),
        _missed=pl.col("_missed").sum(),
        _wait=(pl.col("date").last() - pl.col("date").first()).dt.total_days() / waits,
        _far=pl.when(waits >= FEW_WAITS).then(pl.col("_long").sum() / waits),
        _rows=pl.len() / (waits + 1),
        _last=pl.col("date").last(),
    )
    paid = actions.filter(pl.col("kind") == "dividend").group_by("ticker").agg(_dividends=pl.len())
    kinds = [market_of(ticker).kind for ticker in totals["ticker"]]
    return (
        totals.join(_shifts(bars, sessions), on="ticker", how="left", maintain_order="left")
        .join(
            tickers.select("ticker", _outlived="outlived", _adjusted="adjusted"),
            on="ticker",
            how="left",
            maintain_order="left",
        )
        .join(paid, on="ticker", how="left", maintain_order="left")
        .with_columns(_kind=pl.Series(kinds, dtype=pl.String), _gone=pl.col("_missed") / pl.col("_count"))
        .drop("_missed", "_count")
        .with_row_index("row")
        .with_columns(pl.col("row").cast(pl.Int64))
    )


def _closed() -> pl.Expr:
    return pl.col("_judged") & ~pl.col("_session")


def _shifts(bars: pl.DataFrame, sessions: Sessions) -> pl.DataFrame:
    """ticker, _early, _late."""
    days = sessions.frame["date"].implode()
    one = timedelta(days=1)
    return (
        bars.filter(_closed())
        .group_by("ticker")
        .agg(_early=(pl.col("date") + one).is_in(days).mean(), _late=(pl.col("date") - one).is_in(days).mean())
    )


def _shifted(one: str, other: str) -> pl.Expr:
    """Rows on closed days that stand beside a session on one side alone, and sessions without a row to make up."""
    return (
        (pl.col("_closed") > 0.02) & (pl.col(one) > 0.9) & (pl.col(other) < 0.3) & (pl.col("_gone") > 0.5)
    ).fill_null(False)


def _percent(name: str) -> pl.Expr:
    return (pl.col(name) * 100).round(0).cast(pl.Int64)


RULES = (
    Rule(
        "not_daily",
        "ticker",
        "error",
        "the bars are not daily ones: most come a week or a month apart, or many on each date",
        lambda _: ~((pl.col("_far") >= MOST) | (pl.col("_rows") >= CROWD)).fill_null(False),
        lambda: (
            pl.when(pl.col("_rows") >= CROWD)
            .then(pl.format("{} rows a date: daily bars are needed", pl.col("_rows").round(1)))
            .otherwise(pl.format("a bar every {} days: daily bars are needed", pl.col("_wait").round(0).cast(pl.Int64)))
        ),
    ),
    Rule(
        "shifted_dates",
        "ticker",
        "error",
        "bars stand on days before (or after) sessions and the sessions have none: dates shifted by a time zone",
        lambda _: ~(_shifted("_early", "_late") | _shifted("_late", "_early")),
        lambda: pl.format(
            "dates are a day {}: {} % of the bars stand on days on which the market ({}) was closed, beside sessions"
            " without a bar, as when a local midnight is written in another time zone; write each bar's local date",
            pl.when(_shifted("_early", "_late")).then(pl.lit("early")).otherwise(pl.lit("late")),
            _percent("_closed"),
            "_calendar",
        ),
    ),
    Rule(
        "weekend_bars",
        "ticker",
        "error",
        "bars on Saturdays and Sundays alike, which the market does not trade: perhaps a coin",
        lambda _: (
            ~(
                (pl.col("_closed") > 0.1) & pl.col("_early").is_between(0.3, 0.7) & pl.col("_late").is_between(0.3, 0.7)
            ).fill_null(False)
        ),
        lambda: pl.format(
            "{} % of the bars stand on Saturdays and Sundays, on which its market ({}) is closed: if it is a coin,"
            ' say asset_class = "crypto" for it in the scenario',
            _percent("_closed"),
            "_calendar",
        ),
    ),
    Rule(
        "unknown_calendar",
        "ticker",
        "warning",
        "no calendar is known for the market: neither bars on closed days nor missing sessions can be told",
        lambda _: pl.col("_calendar") != UNKNOWN,
        lambda: pl.format(
            "no calendar is known for {}: bars on closed days are kept, and missing sessions are not told",
            pl.col("ticker").str.extract(r"(\.[^.]*)$").fill_null(pl.lit("its market")),
        ),
    ),
    Rule(
        "yield_not_price",
        "ticker",
        "warning",
        "the numbers are a yield in percent a year, which nobody can buy",
        lambda _: pl.col("_kind") != "yield",
        lambda: pl.lit(
            "a yield in percent a year, not a price: nobody can buy it; to hold it, name a fund of such paper"
        ),
    ),
    Rule(
        "dividends_counted_twice",
        "ticker",
        "warning",
        "dividends have been taken out of the prices, and are paid as well",
        lambda _: ~((pl.col("_dividends") > 0) & pl.col("_adjusted")),
        lambda: pl.format(
            "its prices are adjusted for dividends, and its {} dividends are paid as well: counted twice", "_dividends"
        ),
    ),
    Rule(
        "ended_early",
        "ticker",
        "warning",
        "the ticker ends long before most others of its source",
        lambda _: ~pl.col("_outlived").fill_null(False),
        lambda: pl.format("ends on {}, months before most others of its source", "_last"),
    ),
)
