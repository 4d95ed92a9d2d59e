"""The nightly deployment: when it runs, one batch at a time, and a night that was missed is caught up once."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from typing import Any

from flows.clock import utc_now
from flows.errors import PipelineError, UsageError
from flows.night.listener import Listener
from flows.night.request import Request
from flows.orchestration.access import key_file
from flows.orchestration.cron import check_schedule
from flows.orchestration.environment import prepare
from flows.orchestration.joining import NotOurs, named_server
from flows.orchestration.parameters import as_environment, as_parameters
from flows.orchestration.run import REQUEST_LIMIT, TRIES_AGAIN, at_server
from flows.orchestration.temporary_server import STOP_LIMIT, TemporaryServer
from flows.orchestration.watch import LOST, Watch
from flows.stages import STAGES

NAME = "nightly"


def deployment(cron: str, timezone: str, parameters: Mapping[str, Any]) -> Any:
    """Make the deployment of the nightly flow: a run that falls due while another is running is not started."""
    from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy
    from prefect.flows import EntrypointType
    from prefect.schedules import Cron

    from flows.orchestration.definitions import nightly

    try:
        schedule = Cron(cron, timezone=timezone)
    except ValueError as error:
        raise UsageError(f"--cron {cron!r}: Prefect does not read such a line") from error
    return nightly.to_deployment(
        name=NAME,
        schedule=schedule,
        parameters=dict(parameters),
        concurrency_limit=ConcurrencyLimitConfig(limit=1, collision_strategy=ConcurrencyLimitStrategy.CANCEL_NEW),
        # By path of its file, the folder of that file would stand before ours on the path of the run's process.
        entrypoint_type=EntrypointType.MODULE_PATH,
        description=f"{', '.join(STAGES).capitalize()}, audits, publishing: whatever is due.",
    )


def serve(request: Request, cron: str, timezone: str, listener: Listener) -> None:
    """Serve the deployment until the process is told to end, and catch up nights that were missed, each once.

    Uses the server that the owner names, or brings its own, with its pages, for as long as it serves.
    """
    check_schedule(cron, timezone)
    began, warehouse = utc_now(), request.settings.warehouse
    with ExitStack() as stack:
        try:
            prepare(warehouse)
            server, own = named_server(), None
            if server is None:
                own = stack.enter_context(TemporaryServer(warehouse, lasting=True))
                listener.note("starting Prefect's server")
                server = own.wait()
        except (OSError, NotOurs) as error:
            raise PipelineError(f"a schedule needs Prefect: {error}") from error
        from prefect.runner import Runner

        stack.enter_context(at_server(server, patient=True))
        # What is executed, and where is written, is no parameter: each run's process finds it in its environment.
        bounds = {"PREFECT_API_REQUEST_TIMEOUT": REQUEST_LIMIT, "PREFECT_CLIENT_MAX_RETRIES": TRIES_AGAIN}
        os.environ.update({name: str(value) for name, value in bounds.items()} | as_environment(request.settings))
        nightly = deployment(cron, timezone, as_parameters(request))
        # A runner starts one run at a time, whichever deployment it belongs to.
        runner = Runner(name="sdengine", limit=1)
        watch = Watch(request, cron, timezone, began, runner.add_deployment(nightly), listener)
        watch.clear()
        listener.note(f"nightly at '{cron}' in {timezone}; pages at {server.url.removesuffix('/api')}; Ctrl-C ends it")
        if server.key is not None:
            listener.note(f"the pages ask for a key; it stands in {key_file(warehouse)}, for you alone")
        try:
            asyncio.run(_run(runner, watch, own.ended if own is not None else lambda: False))
        except PipelineError:
            raise
        except Exception as error:  # a runner gives up where its server does not answer for long
            raise PipelineError(f"{LOST} ({type(error).__name__})") from error


async def _run(runner: Any, watch: Watch, ended: Callable[[], bool]) -> None:
    """Start runs that are due, and watch for nights that are missed, until told to end or the server has `ended`."""
    tasks = [asyncio.create_task(runner.start()), asyncio.create_task(watch.go_on(ended))]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks, timeout=STOP_LIMIT)
    for task in done:
        task.result()
