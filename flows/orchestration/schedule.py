"""The nightly deployment: when it runs, one batch at a time, and a night that was missed is caught up once."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from flows.asked import Asked
from flows.errors import PipelineError, UsageError
from flows.night.listener import Listener
from flows.night.opening import Request, warehouse_for
from flows.orchestration.access import key_file
from flows.orchestration.environment import prepare
from flows.orchestration.joining import NotOurs, named_server
from flows.orchestration.parameters import as_environment, as_parameters
from flows.orchestration.run import REQUEST_LIMIT, TRIES_AGAIN, at_server
from flows.orchestration.temporary_server import TemporaryServer
from flows.stages import STAGES

NAME = "nightly"


def check_schedule(cron: str, timezone: str) -> None:
    """`UsageError` for a cron line or a time zone that does not exist."""
    from cronsim import CronSim, CronSimError

    try:
        ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise UsageError(
            f"--timezone {timezone}: there is no such time zone; an example is {Asked.timezone}"
        ) from error
    try:
        CronSim(cron, datetime.now(UTC))
    except CronSimError as error:
        raise UsageError(f"--cron {cron!r}: {error}; an example is {Asked.cron!r}, every evening at nine") from error


def last_due(cron: str, timezone: str, now: datetime) -> datetime:
    """Find the latest instant at or before `now` at which the schedule was due, in UTC."""
    from cronsim import CronSim

    local = now.astimezone(ZoneInfo(timezone)) + timedelta(minutes=1)
    return next(CronSim(cron, local, reverse=True)).astimezone(UTC)


def is_missed(cron: str, timezone: str, now: datetime, last_start: datetime | None) -> bool:
    """Whether no batch has begun since the schedule was due last; `last_start` None: there has been none at all.

    A warehouse without any batch has missed nothing: its first night is the next one.
    """
    return last_start is not None and last_start < last_due(cron, timezone, now)


def deployment(cron: str, timezone: str, parameters: Mapping[str, Any]) -> Any:
    """Make the deployment of the nightly flow: a run that falls due while another is running is not started."""
    from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy
    from prefect.flows import EntrypointType
    from prefect.schedules import Cron

    from flows.orchestration.definitions import nightly

    return nightly.to_deployment(
        name=NAME,
        schedule=Cron(cron, timezone=timezone),
        parameters=dict(parameters),
        concurrency_limit=ConcurrencyLimitConfig(limit=1, collision_strategy=ConcurrencyLimitStrategy.CANCEL_NEW),
        # By path of its file, the folder of that file would stand before ours on the path of the run's process.
        entrypoint_type=EntrypointType.MODULE_PATH,
        description=f"{', '.join(STAGES).capitalize()}, audits, publishing: whatever is due.",
    )


def serve(request: Request, cron: str, timezone: str, listener: Listener) -> None:
    """Serve the deployment until the process is told to end; catch up first if a night was missed.

    Uses the server that the owner names, or brings its own, with its pages, for as long as it serves.
    """
    check_schedule(cron, timezone)
    warehouse = request.settings.warehouse
    with ExitStack() as stack:
        try:
            prepare(warehouse)
            server = named_server()
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
        missed = is_missed(cron, timezone, datetime.now(UTC), _last_start(request))
        # A runner starts one run at a time, whichever deployment it belongs to.
        runner = Runner(name="sdengine", limit=1)
        run_id = runner.add_deployment(nightly)
        _forget_late_runs(run_id)
        listener.note(f"nightly at '{cron}' in {timezone}; pages at {server.url.removesuffix('/api')}; Ctrl-C ends it")
        if server.key is not None:
            listener.note(f"the pages ask for a key; it stands in {key_file(warehouse)}, for you alone")
        if missed:
            _start_once(run_id)
            listener.note("a night was missed: it is caught up now, once")
        asyncio.run(runner.start())


def _last_start(request: Request) -> datetime | None:
    """When the last batch began, in UTC; None where there has been none."""
    if not (request.settings.warehouse / "work.duckdb").exists():
        return None
    with warehouse_for(request) as warehouse:
        batch = warehouse.ledger.last_batch()
    return None if batch is None else batch["started_at"].replace(tzinfo=UTC)


def _forget_late_runs(deployment_id: Any) -> None:
    """Remove runs that fell due while nobody served: however many there are, one run catches up on all of them."""
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.filters import (
        DeploymentFilter,
        DeploymentFilterId,
        FlowRunFilter,
        FlowRunFilterNextScheduledStartTime,
        FlowRunFilterState,
        FlowRunFilterStateType,
    )
    from prefect.client.schemas.objects import StateType

    now: Any = datetime.now(UTC)  # Prefect's own type is a plain datetime under another name
    with get_client(sync_client=True) as client:
        late = client.read_flow_runs(
            deployment_filter=DeploymentFilter(id=DeploymentFilterId(any_=[deployment_id])),
            flow_run_filter=FlowRunFilter(
                state=FlowRunFilterState(type=FlowRunFilterStateType(any_=[StateType.SCHEDULED])),
                next_scheduled_start_time=FlowRunFilterNextScheduledStartTime(before_=now),
            ),
        )
        for run in late:
            client.delete_flow_run(run.id)


def _start_once(deployment_id: Any) -> None:
    """Ask for a run of the deployment now."""
    from prefect.client.orchestration import get_client

    with get_client(sync_client=True) as client:
        client.create_flow_run_from_deployment(deployment_id, name="catching-up")
