"""`sdengine retry`: what the last batch left undone."""

from __future__ import annotations

from flows.cli.ending import show_ending
from flows.cli.options import Direct, Files, OnFailure, Scenarios, Source, Wait, Warehouse
from flows.cli.run import carry_out
from flows.cli.terminal import Terminal
from flows.errors import DONE, FAILED
from flows.settings import read_settings


def retry(
    source: Source = None,
    files: Files = None,
    direct: Direct = False,
    wait: Wait = 60.0,
    on_failure: OnFailure = None,
    warehouse: Warehouse = None,
    scenarios: Scenarios = None,
) -> int:
    """Do what the last batch left undone.

    The tickers, scenarios and stages that failed or were not reached, with what depends on them, and nothing else.

    \b
    Example:
      sdengine retry --source yfinance
    """
    from flows.retry import retry_request

    request = retry_request(read_settings(warehouse, scenarios, source, files, on_failure), wait)
    if isinstance(request, str):
        print(request)
        return DONE
    outcome = carry_out(request, Terminal(), direct=direct)
    show_ending(request, outcome)
    return FAILED if outcome.failed else DONE
