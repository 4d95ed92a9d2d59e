"""`sdengine orders`: what rests with the broker after the last bar."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from flows.cli.options import Scenarios, Warehouse
from flows.errors import UsageError
from flows.settings import read_settings
from warehouse.statements import statement

FORMATS = ("table", "csv", "json")
STALE_DAYS = 7
"""Calendar days without a bar, while others have some, after which an asset is said to have stopped trading."""


def orders(
    run: Annotated[
        str | None,
        typer.Argument(
            help="A scenario, a sweep, a run_id or its beginning; all scenarios without it.", show_default=False
        ),
    ] = None,
    format: Annotated[str, typer.Option("--format", "-f", metavar="FORMAT", help="table, csv or json.")] = "table",
    warehouse: Warehouse = None,
    scenarios: Scenarios = None,
) -> None:
    """Show the orders that rest after the last bar.

    Side, limit, quantity and distance to the last close: what someone who follows the portfolio places in the morning.

    \b
    The first fills of the next bar are these orders', at their limit or, where the bar opens beyond it, at the open.
    Once an order has filled, both orders of its asset stand elsewhere: ask again after each bar. Scenarios whose
    sd_n follows the gaps (dynamic_sd_n) also place them anew on the first day of a month.
    Examples:
      sdengine orders
      sdengine orders full
      sdengine orders 1f3a --format csv > orders.csv
    """
    from flows.results.choosing import choose_runs
    from warehouse import Results

    if format not in FORMATS:
        raise UsageError(f"--format {format}: allowed are {', '.join(FORMATS)}")
    with Results.open(read_settings(warehouse, scenarios).warehouse) as results:
        chosen = choose_runs(results, run)
        values = {"run_ids": [one.run_id for one in chosen], "stale_days": STALE_DAYS}
        if format != "table":
            results.export(statement("results/orders"), sys.stdout.buffer, format=format, params=values)
            return
        from flows.cli.table import plain_table

        names, rows = results.rows(statement("results/orders"), values)
    if not rows:
        print("no order rests: " + ("these runs place none" if chosen else "no run has been published"))
        return
    print(plain_table(names, rows))
    told = [dict(zip(names, row, strict=True)) for row in rows]
    for ticker, last in sorted({(row["ticker"], row["last_bar"]) for row in told if row["stopped"]}):
        print(f"{ticker} has stopped trading: its last bar is of {last}, and it is carried at that close")
