"""`sdengine sql`: read-only SQL on the published results."""

from __future__ import annotations

from typing import Annotated

import typer

from flows.asked import Asked
from flows.cli.answer import answer
from flows.cli.asking import asks
from flows.errors import UsageError


@asks("detail", "format", "output", "limit", "file", "warehouse")
def sql(
    asked: Asked,
    query: Annotated[str | None, typer.Argument(help="One SQL query; without one, an interactive shell.")] = None,
) -> None:
    """Query the published results.

    Read-only SQL, at any time, also while a night is running. Names need no schema where one table has them, and
    the views runs, fills, days, months, years, skipped, income, orders and verdicts have the scenario beside each
    run_id.

    \b
    Examples:
      sdengine sql "from runs select scenario, cagr order by cagr desc"
      sdengine sql "describe fills"             every column explains itself
      sdengine sql "from fills" --format parquet --output fills.parquet
      sdengine sql "from months" --format csv > months.csv
      sdengine sql "from ranking" --file warehouse/data/results-OLDER.duckdb
      sdengine sql "from fills" --detail "wide[sd_n=8]"
                                                of a sweep that keeps metrics
      sdengine sql                              an interactive shell: help
    """
    from flows.results.detail import left_out, opened
    from flows.settings import tell

    where = asked.file or asked.warehouse
    if query is not None and not query.strip():
        raise UsageError("the query is empty; without one there is an interactive shell")
    if query is None:
        from flows.cli.shell import shell

        shell(where, detail=asked.detail)
        return
    with opened(where, asked.detail) as results:
        answer(results, query, asked)
        if not asked.detail and (lacking := left_out(results, query)):
            tell(lacking)
