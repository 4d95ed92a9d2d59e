"""`sdengine data`: what is stored of each ticker, and how far it can be trusted."""

from __future__ import annotations

import sys

from flows.asked import Asked
from flows.cli.asking import asks
from flows.settings import tell


@asks("ticker", "limit", "warehouse", limit=20)
def data(asked: Asked) -> None:
    """Tell what is stored of each ticker.

    Since when, how fresh, what was turned away and what is suspected, as the
    last run left it, also before it is published.

    \b
    Examples:
      sdengine data
      sdengine data --ticker AAPL --limit 5
    """
    from datetime import UTC, datetime

    from flows.cli.table import plain_table, terminal_width
    from flows.results.data import data_rows, data_table
    from flows.results.freshest import freshest

    with freshest(asked.warehouse, "data") as (reader, notes):
        for sentence in notes:
            tell(sentence)
        if asked.ticker is None:
            frame = data_table(reader, today=datetime.now(UTC).date())
            print(plain_table(frame.columns, frame.rows(), width=terminal_width()))
            return
        for title, frame in data_rows(reader, asked.ticker, limit=asked.limit or sys.maxsize).items():
            print(f"{title}\n{plain_table(frame.columns, frame.rows(), width=terminal_width())}\n")
