"""`sdengine retry`: what the last batch left undone."""

from __future__ import annotations

from flows.cli.ending import show_ending
from flows.cli.options import Direct, Files, OnFailure, Parts, Scenarios, Source, Wait, Warehouse, Workers
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
    workers: Workers = None,
    parts: Parts = None,
    warehouse: Warehouse = None,
    scenarios: Scenarios = None,
) -> int:
    """Do what the last batch left undone.

    The tickers, scenarios and stages that failed or were not reached, with what depends on them, and nothing else.

    \b
    Example:
      sdengine retry --source yfinance
    """
    from flows.night.retry import retry_request

    settings = read_settings(warehouse, scenarios, source, files, on_failure, workers=workers, parts=parts)
    request = retry_request(settings, wait)
    if isinstance(request, str):
        print(request)
        return DONE
    outcome = carry_out(request, Terminal(), direct=direct)
    show_ending(request, outcome)
    return FAILED if outcome.failed else DONE
