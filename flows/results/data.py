"""What stands behind `sdengine data`: per ticker what is stored, since when, how fresh, what was rejected, suspected.

Both functions ask whatever answers SQL: the published results, or the open warehouse.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from flows.errors import UsageError
from warehouse.statements import statement

if TYPE_CHECKING:
    import polars as pl

    from warehouse.reading import Reader

TITLES = (
    "bars",
    "trusted bars",
    "actions",
    "rejected",
    "checks",
    "left out",
    "asked for again",
    "revisions",
    "fetches",
)
"""What `sdengine data --ticker` shows, in this order."""


def data_table(reader: Reader, *, today: date) -> pl.DataFrame:
    """Answer with one row per ticker, sorted by it.

    Columns: ticker, source, bars, since, until, days_old (calendar days from its last bar to today), trusted (bars in
        clean.bars), rejected (rows), dividends, splits, currency (null where the source does not say), revised (dates
        that the source has restated), left_out (bars and actions that its last answers left out), holes (sessions
        without a bar that are asked for again), verdict ('pass', 'suspect', 'rejected', 'blocked', 'not validated'),
        found (rules and their counts, null if none), asked_at (UTC), last_try, last_error.

    Args:
        reader: the warehouse or the results.
        today: the day that freshness is told from.
    """
    return reader.frame(statement("results/data_table"), {"today": today})


def data_rows(reader: Reader, ticker: str, *, limit: int = 20) -> dict[str, pl.DataFrame]:
    """Find the newest rows of one ticker in every table that has some, title -> frame; the titles are of `TITLES`.

    Args:
        reader: the warehouse or the results.
        ticker: which one.
        limit: at most so many rows of each table.

    Raises:
        UsageError: no table has a row of it; the message names tickers that there are.
    """
    values = {"ticker": ticker, "limit": limit}
    frames = {
        title: reader.frame(statement(f"results/of_ticker/{title.replace(' ', '_')}"), values) for title in TITLES
    }
    filled = {title: frame for title, frame in frames.items() if frame.height}
    if not filled:
        from sdengine.words import first_few

        known = first_few([known for (known,) in reader.rows(statement("results/tickers"))], 12)
        hint = f"there are {known}" if known else "nothing is stored yet"
        raise UsageError(f"ticker {ticker!r}: nothing is stored of it; {hint}")
    return filled
