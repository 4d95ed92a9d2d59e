"""`sdengine schedule`: a process that runs the night when it is due."""

from __future__ import annotations

from typing import Annotated

import typer

from flows.cli.options import Files, Keep, OnFailure, Parts, Scenarios, Source, Wait, Warehouse, Workers
from flows.cli.request import read_request
from flows.cli.terminal import Terminal
from flows.settings import CRON, TIMEZONE

Cron = Annotated[str, typer.Option("--cron", metavar="CRON", help="When: minute, hour, day, month, weekday.")]
Timezone = Annotated[str, typer.Option("--timezone", metavar="ZONE", help="Whose clock the cron line means.")]


def schedule(
    cron: Cron = CRON,
    timezone: Timezone = TIMEZONE,
    source: Source = None,
    files: Files = None,
    on_failure: OnFailure = None,
    keep: Keep = None,
    workers: Workers = None,
    parts: Parts = None,
    wait: Wait = 3600.0,
    warehouse: Warehouse = None,
    scenarios: Scenarios = None,
) -> None:
    """Run every night, until Ctrl-C.

    One batch at a time; a night that was missed while nothing served is caught up once. By default at nine in the
    evening in New York: its exchanges have closed by then, and the day of UTC, which ends the bars of crypto, is over.

    \b
    Examples:
      sdengine schedule --source yfinance
      sdengine schedule --cron "30 22 * * 1-5" --timezone Europe/Berlin --source files --files bars/
      sdengine schedule --on-failure "mail -s 'night failed' me@example.org"
    """
    from flows.orchestration.schedule import serve

    request = read_request(
        "run",
        warehouse,
        scenarios,
        source,
        files,
        None,
        None,
        None,
        force=False,
        wait=wait,
        on_failure=on_failure,
        keep=keep,
        workers=workers,
        parts=parts,
    )
    serve(request, cron, timezone, Terminal())
