"""`sdengine schedule`: a process that runs the night when it is due."""

from __future__ import annotations

from flows.asked import Asked
from flows.cli.asking import SETTINGS, asks
from flows.cli.terminal import Terminal


@asks("cron", "timezone", "wait", *SETTINGS, wait=3600.0)
def schedule(asked: Asked) -> None:
    """Run every night, until Ctrl-C.

    One batch at a time; a night that was missed while nothing served is caught up once. By default at nine in the
    evening in New York: its exchanges have closed by then, and the day of UTC, which ends the bars of crypto, is over.

    \b
    Examples:
      sdengine schedule --source yfinance
      sdengine schedule --cron "30 22 * * 1-5" --timezone Europe/Berlin
      sdengine schedule --on-failure "mail -s 'night failed' me@example.org"
    """
    from flows.night.opening import check_feed
    from flows.orchestration.schedule import serve

    request = asked.request("run")
    check_feed(request)
    serve(request, asked.cron, asked.timezone, Terminal())
