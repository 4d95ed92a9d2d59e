"""`sdengine explain`: why a trade happened, or did not."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

import typer

from flows.asked import Asked
from flows.cli.asking import asks
from flows.errors import UsageError


@asks("warehouse")
def explain(
    asked: Asked,
    run: Annotated[str, typer.Argument(help="A scenario, a run_id or its beginning.", show_default=False)],
    date: Annotated[str, typer.Argument(help="The day, YYYY-MM-DD.", show_default=False)],
    ticker: Annotated[str, typer.Argument(help="The asset.", show_default=False)],
) -> None:
    """Say why a trade happened on a day, or why none did.

    Anchor, limits, NAV, premium, bank, the path that the bar was walked, what filled, what was skipped and why.

    \b
    Examples:
      sdengine explain full 2008-10-10 AAPL
      sdengine explain 1f3a 2008-10-11 AAPL    a Saturday: what rests, and the
                                               days around it
    """
    from flows.results.choosing import choose_run
    from flows.results.explain import explain as explained
    from warehouse import Results

    try:
        day = dt.date.fromisoformat(date)
    except ValueError:
        raise UsageError(f"date {date}: allowed is YYYY-MM-DD, such as 2008-10-10") from None
    with Results.open(asked.warehouse) as results:
        for line in explained(results, choose_run(results, run), day, ticker):
            print(line)
