"""`sdengine sql`: read-only SQL on the published results."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli.options import Scenarios, Warehouse
from flows.errors import UsageError
from flows.settings import read_settings

if TYPE_CHECKING:
    from warehouse import Results

FORMATS = ("table", "csv", "json", "parquet")


def sql(
    query: Annotated[str | None, typer.Argument(help="One SQL query; without one, an interactive shell.")] = None,
    format: Annotated[
        str, typer.Option("--format", "-f", metavar="FORMAT", help="table, csv, json or parquet.")
    ] = "table",
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", metavar="FILE", help="Write there instead of to the terminal.", show_default=False
        ),
    ] = None,
    limit: Annotated[int, typer.Option("--limit", metavar="ROWS", help="Rows shown of a table; 0 shows all.")] = 50,
    warehouse: Warehouse = None,
    scenarios: Scenarios = None,
) -> None:
    """Query the published results.

    Read-only SQL, at any time, also while a night is running.

    \b
    Examples:
      sdengine sql "from metrics.runs select scenario, cagr, max_drawdown order by cagr desc limit 10"
      sdengine sql "describe backtest.fills"            every column explains itself
      sdengine sql "from backtest.fills" --format parquet --output fills.parquet
      sdengine sql "from metrics.monthly" --format csv > monthly.csv
      sdengine sql                                      an interactive shell
    """
    from warehouse import Results

    if format not in FORMATS:
        raise UsageError(f"--format {format}: allowed are {', '.join(FORMATS)}")
    folder = read_settings(warehouse, scenarios).warehouse
    if query is None:
        from flows.cli.shell import shell

        shell(folder)
        return
    with Results.open(folder) as results:
        if format == "table":
            text = as_table(results, query, limit)
            if output is None:
                print(text)
            else:
                output.write_text(text + "\n", encoding="utf-8")
        elif output is not None:
            results.export(query, output, format=format)
        elif format == "parquet" and sys.stdout.isatty():
            raise UsageError(
                "--format parquet is not for a terminal: give --output FILE, or send it to a file or a pipe"
            )
        else:
            results.export(query, sys.stdout.buffer, format=format)


def as_table(results: Results, query: str, limit: int) -> str:
    """The first `limit` rows of `query` (0: all) as a table of plain text, and how many there are more."""
    from flows.cli.table import plain_table

    names, rows = results.rows(query)
    shown = rows[:limit] if limit > 0 else rows
    text = plain_table(names, shown)
    if len(shown) < len(rows):
        text += f"\n{len(shown):,} of {len(rows):,} rows; --limit 0 shows all"
    return text
