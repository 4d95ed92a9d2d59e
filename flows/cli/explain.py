"""`sdengine explain`: why a trade happened, or did not."""

from __future__ import annotations

import datetime as dt
from textwrap import wrap
from typing import Annotated

import typer

from flows.asked import Asked
from flows.cli.asking import asks
from flows.cli.completing import OneRun, argument, published_tickers
from flows.cli.table import terminal_width
from flows.errors import UsageError


@asks("warehouse")
def explain(
    asked: Asked,
    run: OneRun,
    date: Annotated[str, typer.Argument(help="The day, YYYY-MM-DD.", show_default=False)],
    ticker: Annotated[str, argument("The asset.", published_tickers)],
) -> None:
    """Say why a trade happened on a day, or why none did.

    Anchor, limits, NAV, premium, bank, the path that the bar was walked, what filled, what was skipped and why.

    \b
    Examples:
      sdengine explain full 2008-10-10 AAPL
      sdengine explain 1f3a 2008-10-11 AAPL    a Saturday: what rests, and the
                                               days around it
    """
    from flows.detail.door import with_detail
    from flows.results.choosing import choose_run
    from flows.results.explain.answer import explain as explained
    from warehouse import Results

    try:
        day = dt.date.fromisoformat(date)
    except ValueError:
        raise UsageError(f"date {date}: allowed is YYYY-MM-DD, such as 2008-10-10") from None
    with Results.open(asked.warehouse) as results:
        chosen = choose_run(results, run)
        with with_detail(results, [chosen.run_id]) as detailed:
            lines = explained(detailed, chosen, day, ticker)
    width = terminal_width()
    for line in lines:
        if width is not None:
            line = "\n".join(wrap(line, width, subsequent_indent=" " * min(10, width // 3), break_on_hyphens=False))
        print(line)
