"""`sdengine retry`: what batches left undone."""

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
    """Do what was left undone.

    The tickers, scenarios and stages that failed or were not reached, in whichever batch, with what depends on them,
    and nothing else: from that batch's source and files, with its scenario files and workers, unless you give others.

    \b
    Examples:
      sdengine retry
      sdengine retry --source yfinance --wait 600
    """
    from flows.night.retry import retry_requests

    requests = retry_requests(asked.settings, asked.wait, asked.given)
    if isinstance(requests, str):
        if asked.format == "table":
            present(asked, [], head=[requests])
        else:
            tell(requests)
            present(asked, [Table("ranking", ("place", "scenario"), [])])
        return DONE
    return max(run_and_show(request, asked) for request in requests)
