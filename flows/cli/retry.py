"""`sdengine retry`: what the last batch left undone."""

from __future__ import annotations

from flows.asked import Asked
from flows.cli.answer import present
from flows.cli.asking import SETTINGS, asks
from flows.cli.columns import Table
from flows.cli.run import run_and_show
from flows.errors import DONE
from flows.settings import tell


@asks("direct", "wait", "quiet", "format", *SETTINGS)
def retry(asked: Asked) -> int:
    """Do what the last batch left undone.

    The tickers, scenarios and stages that failed or were not reached, with what depends on them, and nothing else.

    \b
    Examples:
      sdengine retry
      sdengine retry --source yfinance --wait 600
    """
    from flows.night.retry import retry_request

    request = retry_request(asked.settings, asked.wait)
    if isinstance(request, str):
        if asked.format == "table":
            present(asked, [], head=[request])
        else:
            tell(request)
            present(asked, [Table("ranking", ("place", "scenario"), [])])
        return DONE
    return run_and_show(request, asked)
