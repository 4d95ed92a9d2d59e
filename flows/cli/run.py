"""`sdengine run`: the night, and what a person wants to see after it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.asked import Asked
from flows.backtest.workers import read_workers
from flows.cli.asking import SETTINGS, asks
from flows.cli.ending import show_ending
from flows.cli.stopping import stoppable
from flows.cli.terminal import Terminal
from flows.errors import DONE, FAILED, UsageError

if TYPE_CHECKING:
    from flows.night.listener import Listener
    from flows.night.request import Request
    from flows.night.run import NightOutcome


@asks(
    *("from_stage", "only", "scenario", "force", "replace_source", "prune", "direct", "wait", "quiet", "format"),
    *SETTINGS,
)
def run(asked: Asked) -> int:
    """Run what is due, publish, rank.

    Ingests, validates, backtests, computes metrics, audits and publishes, then ranks the scenarios.

    \b
    What has not changed is not done again. Examples:
      sdengine run                      from the last source; at first the sample
      sdengine run --source yfinance    today's bars, for design_portfolio.toml
      sdengine run --scenario-files my.toml --direct
      sdengine run --only backtest --scenario full --force
      sdengine run --workers dask       runs computed by a process per core
    """
    return run_and_show(asked.request("run"), asked)


def run_and_show(request: Request, asked: Asked) -> int:
    """Run a night, show its end, and return the exit code."""
    terminal = Terminal(quiet=asked.quiet)
    try:
        with stoppable():
            outcome = carry_out(request, terminal, direct=asked.direct)
    finally:
        terminal.close()
    show_ending(request, outcome, asked)
    return FAILED if outcome.failed else DONE


def carry_out(request: Request, listener: Listener, *, direct: bool) -> NightOutcome:
    """Run a night, as flows unless `direct` is asked for or nothing is due: an idle night needs no server."""
    from flows.night.run import run_night

    if direct:
        if read_workers(request.settings.workers).kind != "threads":
            raise UsageError(
                f"--direct and --workers {request.settings.workers} exclude each other: Prefect hands out the work; "
                "allowed are threads, threads:N"
            )
        return run_night(request, listener)
    from flows.night.opening import check_new
    from flows.night.plan import plan

    check_new(request)
    listener.wait("starting Prefect, which --direct goes without")
    from flows.orchestration.run import Orchestration

    with Orchestration(request.settings.warehouse, listener) as prefect:
        if not prefect.lasting and not any(item.due or item.waits for item in plan(request)):
            return run_night(request, listener)
        return prefect.run(request)
