"""`sdengine sql`: read-only SQL on the published results."""

from __future__ import annotations

from typing import Annotated

import typer

from flows.asked import Asked
from flows.cli.answer import answer, check_format
from flows.cli.asking import asks


@asks("format", "output", "limit", "warehouse")
def sql(
    asked: Asked,
    query: Annotated[str | None, typer.Argument(help="One SQL query; without one, an interactive shell.")] = None,
) -> None:
    """Query the published results.

    Read-only SQL, at any time, also while a night is running.

    \b
    Examples:
      sdengine sql "from metrics.runs select scenario, cagr order by cagr desc"
      sdengine sql "describe backtest.fills"    every column explains itself
      sdengine sql "from backtest.fills" --format parquet --output fills.parquet
      sdengine sql "from metrics.monthly" --format csv > monthly.csv
      sdengine sql                              an interactive shell
    """
    from warehouse import Results

    check_format(asked)
    if query is None:
        from flows.cli.shell import shell

        shell(asked.warehouse)
        return
    with Results.open(asked.warehouse) as results:
        answer(results, query, asked)
