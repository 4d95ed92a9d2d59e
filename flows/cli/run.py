"""`sdengine run`: the night, and what a person wants to see after it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from flows.backtest.workers import read_workers
from flows.cli.ending import show_ending
from flows.cli.options import (
    Direct,
    Files,
    Force,
    FromStage,
    Keep,
    OnFailure,
    OnlyStage,
    Parts,
    ScenarioNames,
    Scenarios,
    Source,
    Wait,
    Warehouse,
    Workers,
)
from flows.cli.request import read_request
from flows.cli.terminal import Terminal
from flows.errors import DONE, FAILED, UsageError

if TYPE_CHECKING:
    from flows.night.listener import Listener
    from flows.night.opening import Request
    from flows.night.run import NightOutcome

Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but what went wrong.")]


def run(
    source: Source = None,
    files: Files = None,
    from_stage: FromStage = None,
    only: OnlyStage = None,
    scenario: ScenarioNames = None,
    force: Force = False,
    direct: Direct = False,
    wait: Wait = 60.0,
    on_failure: OnFailure = None,
    keep: Keep = None,
    workers: Workers = None,
    parts: Parts = None,
    warehouse: Warehouse = None,
    scenarios: Scenarios = None,
) -> int:
    """Run what is due, publish, rank.

    Ingests, validates, backtests, computes metrics, audits and publishes, then ranks the scenarios.

    \b
    What has not changed is not done again. Examples:
      sdengine run                              the sample that ships, no network
      sdengine run --source yfinance            today's bars of the portfolio in design_portfolio.toml
      sdengine run --scenarios my.toml --direct
      sdengine run --only backtest --scenario full --force
      sdengine run --workers dask               runs computed by a process per core
    """
    request = read_request(
        "run",
        warehouse,
        scenarios,
        source,
        files,
        from_stage,
        only,
        scenario,
        force=force,
        wait=wait,
        on_failure=on_failure,
        keep=keep,
        workers=workers,
        parts=parts,
    )
    outcome = carry_out(request, Terminal(), direct=direct)
    show_ending(request, outcome)
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
    from flows.night.plan import plan
    from flows.orchestration.run import Orchestration

    with Orchestration(request.settings.warehouse, listener) as prefect:
        if not prefect.lasting and not any(item.due or item.waits for item in plan(request)):
            return run_night(request, listener)
        return prefect.run(request)
