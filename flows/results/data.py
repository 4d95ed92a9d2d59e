"""What stands behind `sdengine data`: per ticker what is stored, since when, how fresh, what was rejected and
suspected.

Both functions read only, from whatever answers SQL with a frame: the published results (`Results.frame`) or the open
warehouse (`Warehouse.query`).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

from warehouse.statements import statement

if TYPE_CHECKING:
    import polars as pl

Ask = Callable[[str, dict[str, Any]], "pl.DataFrame"]

#: Which rows `sdengine data --ticker` shows, in this order: title -> (table, order, what else must hold).
PARTS = {
    "bars": ("raw.bars", "date desc", ""),
    "trusted bars": ("clean.bars", "date desc", ""),
    "actions": ("clean.actions", "date desc, kind", ""),
    "rejected": ("clean.rejects", "date desc, rule", ""),
    "checks": ("clean.checks", "verdict <> 'blocked', verdict <> 'rejected', rule", "and verdict <> 'pass'"),
    "left out": ("raw.left_out", "date desc, kind", ""),
    "asked for again": ("raw.holes", "date desc", ""),
    "revisions": ("raw.revisions", "seen_at desc, date desc, field", ""),
    "fetches": ("raw.fetches", "fetched_at desc", ""),
}


class UnknownTicker(ValueError):
    """Nothing is stored of a ticker, and it was never asked for."""


def data_table(ask: Ask, *, today: date) -> pl.DataFrame:
    """One row per ticker, sorted by it.

    Columns: ticker, source, bars, since, until, days_old (calendar days from its last bar to today), trusted (bars in
        clean.bars),
    rejected (rows), dividends, splits, currency (null where the source does not say), revised (dates that the source
    has restated), left_out (bars and actions that its last answers left out), holes (sessions without a bar that are
    asked for again), verdict ('pass', 'suspect',
    'rejected', 'blocked', 'not validated'), found (rules and their counts, null if none), asked_at (UTC), last_try,
    last_error.

    Args:
        ask: answers SQL with named parameters: `warehouse.query` or `results.frame`.
        today: the day that freshness is told from.
    """
    return ask(statement("results/data_table"), {"today": today})


def data_rows(ask: Ask, ticker: str, *, limit: int = 20) -> dict[str, pl.DataFrame]:
    """Read the newest rows of one ticker from every table that has some, title -> frame; the titles are those of PARTS.

    Args:
        ask: see data_table.
        ticker: which one.
        limit: at most so many rows of each table.

    Raises:
        UnknownTicker: no table has a row of it; the message names tickers that there are.
    """
    found = {}
    for title, (table, order, also) in PARTS.items():
        query = f"select * from {table} where ticker = $ticker {also} order by {order} limit $limit"
        rows = ask(query, {"ticker": ticker, "limit": limit})
        if rows.height:
            found[title] = rows
    if not found:
        known = ask("select distinct ticker from raw.bars order by ticker limit 12", {})["ticker"].to_list()
        said = f"there are {', '.join(known)}" if known else "nothing is stored yet"
        raise UnknownTicker(f"ticker {ticker!r}: nothing is stored of it; {said}")
    return found
