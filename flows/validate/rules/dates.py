"""Dates that cannot be: before there was a market, after the row was given, on a day without trading.

No clock is read. The present of a row is the moment at which its source last gave it: when its ticker was last asked
for and answered, or, where no answer is known, when it was stored. A date that lies ahead of that is turned away, and
judged anew once the source has answered on a later day.
"""

from __future__ import annotations

from datetime import date

import polars as pl

from flows.calendars.markets import market_of
from flows.validate.rules.base import Rule

DATES = {"_began": pl.Date}
EARLIEST_ZONE = pl.duration(hours=14)
"""So far ahead of UTC is the first place on earth where a day begins."""


def with_beginning(rows: pl.DataFrame) -> pl.DataFrame:
    """Add _began: the first date on which a ticker's market, as its spelling tells it, can have traded."""
    return rows.join(_beginnings(rows), on="ticker", how="left", maintain_order="left")


def _beginnings(rows: pl.DataFrame) -> pl.DataFrame:
    names = rows["ticker"].unique()
    return pl.DataFrame({"ticker": names, "_began": [market_of(name).began for name in names]}, schema_overrides=DATES)


def prepare(bars: pl.DataFrame, tickers: pl.DataFrame) -> pl.DataFrame:
    """Add _began (the first date on which the market can have traded) and _today (the latest date on earth when the
    row was last given).

    Args:
        bars: with ticker and ingested_at.
        tickers: ticker, answered_at (when the source last answered for it; null: never).
    """
    each = _beginnings(bars).join(tickers.select("ticker", "answered_at"), on="ticker", how="left")
    known = bars.join(each, on="ticker", how="left", maintain_order="left")
    given_at = pl.coalesce("answered_at", "ingested_at")
    return known.with_columns(_today=(given_at + EARLIEST_ZONE).dt.date()).drop("answered_at")


def last_possible(bars: pl.DataFrame, tickers: pl.DataFrame) -> date:
    """Find the last date of bars that does not lie ahead; arguments as those of `prepare`."""
    dated = prepare(bars, tickers)
    last: date = dated.select(pl.coalesce(pl.col("date").filter(can_be()).max(), pl.col("_today").max())).item()
    return last


def can_be() -> pl.Expr:
    """Whether a bar can have a date at all."""
    return pl.col("date").is_between("_began", "_today")


RULES = (
    Rule(
        "before_market",
        "raw_bar",
        "error",
        "the date lies before the market began, or before 1900",
        lambda _: pl.col("date") >= pl.col("_began"),
        lambda: pl.format("nothing was traded there before {}", "_began"),
    ),
    Rule(
        "future_date",
        "raw_bar",
        "error",
        "the date lies after the day on which the source last gave the row",
        lambda _: pl.col("date") <= pl.col("_today"),
        lambda: pl.format("it was {} at most when the source last gave the row", "_today"),
    ),
    Rule(
        "market_closed",
        "raw_bar",
        "error",
        "the market was closed on the date",
        lambda _: ~pl.col("_judged") | pl.col("_session"),
        lambda: pl.format("the market ({}) was closed on this {}", "_calendar", pl.col("date").dt.strftime("%A")),
    ),
)
