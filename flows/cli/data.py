"""`sdengine data`: what is stored of each ticker, and how far it can be trusted."""

from __future__ import annotations

from typing import Annotated

import typer

from flows.cli.options import Scenarios, Warehouse
from flows.settings import read_settings

Ticker = Annotated[
    str | None, typer.Option("--ticker", metavar="TICKER", help="Show this ticker's rows.", show_default=False)
]
Limit = Annotated[int, typer.Option("--limit", metavar="ROWS", help="Rows shown of each table, the latest.")]


def data(
    ticker: Ticker = None,
    limit: Limit = 20,
    warehouse: Warehouse = None,
    scenarios: Scenarios = None,
) -> None:
    """Tell what is stored of each ticker.

    Since when, how fresh, what was turned away and what is suspected.

    \b
    Examples:
      sdengine data
      sdengine data --ticker AAPL --limit 5
    """
    from datetime import UTC, datetime

    from flows.cli.table import plain_table
    from flows.results.data import data_rows, data_table
    from warehouse import Results

    with Results.open(read_settings(warehouse, scenarios).warehouse) as results:
        if ticker is None:
            frame = data_table(results.frame, today=datetime.now(UTC).date())
            print(plain_table(frame.columns, frame.rows()))
            return
        for title, frame in data_rows(results.frame, ticker, limit=limit).items():
            print(f"{title}\n{plain_table(frame.columns, frame.rows())}\n")
