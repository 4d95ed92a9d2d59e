"""The watch of a schedule: a night that was due and was not carried out is caught up, once.

It does not matter why: nobody served when it was due, or its process died, or all of `schedule` did, or it failed as a
whole, or another run was at work. The ledger and what is published tell whether it was carried out; Prefect is asked
only whether a run is on its way.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

from flows.clock import utc_now
from flows.errors import PipelineError
from flows.night.listener import Listener
from flows.night.missed import CATCH_UP, Due, look_back
from flows.night.request import Request
from flows.orchestration.cron import is_missed, last_due
from flows.orchestration.dead import crash, is_alive, mark_dead, unfinished
from flows.text import masked

EVERY = 15.0
"""Seconds between two looks."""
TRIES = 3
"""So often a night is caught up that dies each time, after a pause that is four times as long each time."""

LOST = "Prefect's server has ended; a night that is missed until `sdengine schedule` runs again is caught up then"


class Watch:
    """Watches over one deployment; see `go_on`."""

    def __init__(
        self, request: Request, cron: str, timezone: str, began: datetime, deployment_id: Any, listener: Listener
    ) -> None:
        """`began`: when serving did."""
        self._request, self._cron, self._timezone = request, cron, timezone
        self._began = began
        self._deployment_id = deployment_id
        self._listener = listener
        self._settled: datetime | None = None
        self._tried: tuple[datetime | None, int] = (None, 0)
        self._not_before = 0.0
        self._trouble = ""

    def clear(self) -> None:
        """Clear away what a schedule before this one left at Prefect; to be called before a runner starts.

        Runs that fell due while nobody served: however many there are, one run catches up on all of them. Runs whose
        processes are not at work any more: they would hold the slot, and the run that catches up would be cancelled.
        """
        from prefect.client.orchestration import get_client

        with get_client(sync_client=True) as client:
            for run in self._late(client):
                self._began = min(self._began, run.expected_start_time)
                client.delete_flow_run(run.id)
            for run in self._begun(client):
                if not is_alive(run.tags):
                    crash(client, run)

    async def go_on(self, ended: Callable[[], bool]) -> None:
        """Look again and again, until cancelled; `PipelineError` once `ended` tells that Prefect's server has."""
        while True:
            if ended():
                raise PipelineError(LOST)
            try:
                await asyncio.to_thread(self.look)
                self._trouble = ""
            except Exception as error:
                trouble = masked(" ".join(str(error).split()) or type(error).__name__)
                if trouble != self._trouble:
                    self._listener.note(f"whether a night was missed cannot be told now: {trouble}")
                self._trouble = trouble
            await asyncio.sleep(EVERY)

    def look(self) -> None:
        """Start a run where the last night that was due is missed, and none is on its way."""
        from prefect.client.orchestration import get_client

        now = utc_now()
        due = last_due(self._cron, self._timezone, now)
        if due is None or due == self._settled or time.monotonic() < self._not_before:
            return
        with get_client(sync_client=True) as client:
            mark_dead(client, self._request.settings.warehouse)
            if self._begun(client) or self._late(client):
                return
            outcome = look_back(self._request, due, now)
            if outcome is Due.UNKNOWN:
                return
            # of a warehouse without any night, none is missed that was due before serving began
            never = outcome is Due.NEVER and not is_missed(self._cron, self._timezone, now, self._began)
            if never or outcome is Due.CARRIED_OUT:
                self._settled = due
                return
            self._catch_up(client, due)

    def _catch_up(self, client: Any, due: datetime) -> None:
        tries = self._tried[1] if self._tried[0] == due else 0
        if tries == TRIES:
            self._settled = due
            self._listener.note(f"the night of {due:%Y-%m-%d %H:%M} UTC died {TRIES} times: it is given up")
            return
        client.create_flow_run_from_deployment(self._deployment_id, name="catching-up", parameters={"verb": CATCH_UP})
        self._tried = due, tries + 1
        self._not_before = time.monotonic() + EVERY * 4**tries
        self._listener.note("a night was missed: it is caught up now, once")

    def _begun(self, client: Any) -> list[Any]:
        """Find the runs that are being run, or seem so."""
        from prefect.client.schemas.filters import FlowRunFilter

        return self._runs(client, FlowRunFilter(state=unfinished()))

    def _late(self, client: Any) -> list[Any]:
        """Find the runs that are due and have not begun."""
        from prefect.client.schemas.filters import (
            FlowRunFilter,
            FlowRunFilterNextScheduledStartTime,
            FlowRunFilterState,
            FlowRunFilterStateType,
        )
        from prefect.client.schemas.objects import StateType

        now: Any = utc_now()  # Prefect's own type is a plain datetime under another name
        return self._runs(
            client,
            FlowRunFilter(
                state=FlowRunFilterState(type=FlowRunFilterStateType(any_=[StateType.SCHEDULED])),
                next_scheduled_start_time=FlowRunFilterNextScheduledStartTime(before_=now),
            ),
        )

    def _runs(self, client: Any, which: Any) -> list[Any]:
        from prefect.client.schemas.filters import DeploymentFilter, DeploymentFilterId

        ours = DeploymentFilter(id=DeploymentFilterId(any_=[self._deployment_id]))
        runs: list[Any] = client.read_flow_runs(deployment_filter=ours, flow_run_filter=which)
        return runs
