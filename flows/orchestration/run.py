"""A night under Prefect from the command: on a server that is there, else on a temporary one, else without."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from flows.backtest.engine_start import start_engine
from flows.errors import PipelineError
from flows.night.listener import Listener
from flows.night.opening import Request
from flows.night.run import NightOutcome, run_night
from flows.orchestration.environment import prepare
from flows.orchestration.temporary_server import PORT, TemporaryServer, answers
from flows.stages import BACKTEST

LOCAL = f"http://127.0.0.1:{PORT}/api"
"""Where `prefect server start` and `sdengine schedule` listen."""


def running_server() -> str | None:
    """Find the address of a server to use: PREFECT_API_URL, or without that variable a local one, if it answers."""
    named = os.environ.get("PREFECT_API_URL")
    if named is not None:
        return named if named and answers(named) else None
    return LOCAL if answers(LOCAL, timeout=0.5) else None


class Orchestration:
    """`with Orchestration(warehouse, listener) as prefect: prefect.run(request)`.

    Entering it starts the temporary server if one will be needed; what else there is to do can be done while it boots.
    """

    def __init__(self, warehouse: Path, listener: Listener) -> None:
        self._warehouse = warehouse
        self._listener = listener
        self._stack = ExitStack()
        self._temporary: TemporaryServer | None = None

    def __enter__(self) -> Orchestration:
        prepare(self._warehouse)
        named = os.environ.get("PREFECT_API_URL")
        self._api_url = running_server()
        if self._api_url is None:
            if named:
                self._listener.note(f"no Prefect server answers at {named}; a temporary one is used")
            self._temporary = self._stack.enter_context(TemporaryServer(self._warehouse))
        return self

    def __exit__(self, *error: object) -> None:
        self._stack.close()

    @property
    def lasting(self) -> bool:
        """Whether the server outlives the run, so that an idle night is worth a page on it."""
        return self._temporary is None

    def run(self, request: Request) -> NightOutcome:
        """Run the night as a flow; where Prefect's server will not start, run it without."""
        import flows.orchestration.definitions  # noqa: F401  two seconds, in which the server goes on booting

        if self._temporary is not None and BACKTEST in request.stages:
            start_engine(self._listener.note)
        try:
            api_url = self._api_url or self._temporary_server().wait()
        except PipelineError as error:
            self._listener.note(f"{error}; the night goes on without Prefect")
            return run_night(request, self._listener)
        try:
            return _run_flow(request, self._listener, api_url)
        except Exception as error:
            if not _is_prefects(error):
                raise
            # What its stages wrote is there, with receipts: the same request now does the rest.
            self._listener.note(f"Prefect's server was lost ({error}); the night goes on without it")
            return run_night(request, self._listener)

    def _temporary_server(self) -> TemporaryServer:
        assert self._temporary is not None, "entered without a server"
        return self._temporary


def _run_flow(request: Request, listener: Listener, api_url: str) -> NightOutcome:
    from flows.orchestration.definitions import nightly, result_of
    from flows.orchestration.listening import also_told
    from flows.orchestration.parameters import as_parameters

    with at_server(api_url), also_told(listener):
        outcome: NightOutcome = result_of(nightly(**as_parameters(request), return_state=True))
    return outcome


@contextmanager
def at_server(api_url: str) -> Iterator[None]:
    """Within the block flows are told to this server; at its end what is still on its way has been sent.

    Without that, Prefect's threads would try to reach a temporary server that has been stopped, for minutes.
    """
    from prefect.events.worker import EventsWorker
    from prefect.logging.handlers import APILogWorker
    from prefect.settings import PREFECT_API_URL, PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings

    # Each flow would wait up to a second for its heartbeat to stop; the batch's own record tells a dead run.
    with temporary_settings({PREFECT_API_URL: api_url, PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}):
        try:
            yield
        finally:
            APILogWorker.drain_all(timeout=5)
            EventsWorker.drain_all(timeout=5)


def _is_prefects(error: Exception) -> bool:
    """Whether it is Prefect's own trouble, and not that of the night."""
    import httpx
    from prefect.exceptions import PrefectException

    return isinstance(error, (httpx.HTTPError, PrefectException))
