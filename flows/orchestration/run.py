"""A night under Prefect from the command: on a server that is there, else on a temporary one, else without.

Prefect may be anything: not there, another's, broken, hanging, killed in the middle. The night is the same, and takes a
few seconds more at most: each wait for Prefect is bounded, and after the first that fails it is left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from flows.backtest.engine_start import start_engine
from flows.errors import PipelineError
from flows.night.listener import Listener
from flows.night.request import Request
from flows.night.run import NightOutcome, run_night
from flows.orchestration.course import Course, current_course, follow
from flows.orchestration.environment import prepare
from flows.orchestration.joining import NotOurs, Server, named_server, own_server
from flows.orchestration.patience import LAST, waiting
from flows.orchestration.temporary_server import TemporaryServer
from flows.stages import BACKTEST

REQUEST_LIMIT = 10.0
"""Seconds that a night waits for one answer of Prefect's."""
TRIES_AGAIN = 1
"""How often it asks again."""


def running_server(warehouse: Path, listener: Listener) -> Server | None:
    """Find a server to join: the one that the owner names, else the one that `schedule` keeps for this warehouse."""
    try:
        return named_server() or own_server(warehouse)
    except NotOurs as error:
        listener.note(f"{error}; a temporary one is used")
        return None


class Orchestration:
    """`with Orchestration(warehouse, listener) as prefect: prefect.run(request)`.

    Entering it starts the temporary server if one will be needed; what else there is to do can be done while it boots.
    """

    def __init__(self, warehouse: Path, listener: Listener) -> None:
        self._warehouse = warehouse
        self._listener = listener
        self._stack = ExitStack()
        self._running: Server | None = None
        self._temporary: TemporaryServer | None = None
        self._trouble: str | None = None

    def __enter__(self) -> Orchestration:
        try:
            prepare(self._warehouse)
            self._running = running_server(self._warehouse, self._listener)
            if self._running is None:
                self._temporary = self._stack.enter_context(TemporaryServer(self._warehouse))
        except OSError as error:
            self._trouble = f"Prefect cannot be used ({error})"
        return self

    def __exit__(self, *error: object) -> None:
        self._stack.close()

    @property
    def lasting(self) -> bool:
        """Whether the server outlives the run, so that an idle night is worth a page on it."""
        return self._running is not None

    def run(self, request: Request) -> NightOutcome:
        """Run the night as a flow; where Prefect's server will not start, run it without."""
        try:
            server = self._server(request)
        except PipelineError as error:
            self._listener.note(f"{error}; the night goes on without Prefect")
            return run_night(request, self._listener)
        return _run_flow(Course(request, self._listener), server)

    def _server(self, request: Request) -> Server:
        """Wait for the server until it answers; `PipelineError` where there will be none."""
        if self._trouble is not None:
            raise PipelineError(self._trouble)
        import flows.orchestration.definitions  # noqa: F401  two seconds, in which the server goes on booting

        if self._running is not None:
            return self._running
        if BACKTEST in request.stages:
            start_engine(self._listener.note)
        assert self._temporary is not None, "entered without a server"
        return self._temporary.wait()


def _run_flow(course: Course, server: Server) -> NightOutcome:
    """Run a night as a flow at a server; whatever else than the night itself fails is Prefect's, and costs its page."""
    from flows.orchestration.definitions import nightly
    from flows.orchestration.parameters import as_parameters

    try:
        with follow(course), at_server(server), waiting():
            nightly(**as_parameters(course.request), return_state=True)
    except Exception as error:
        if not isinstance(course.ended, BaseException):
            course.lose(error)
    return course.outcome()


@contextmanager
def at_server(server: Server, *, patient: bool = False) -> Iterator[None]:
    """Within the block flows are told to this server; at its end what is still on its way has been sent.

    `patient`: nothing waits for the answers, so that Prefect may try as often as it likes.

    Without that, Prefect's threads would try to reach a temporary server that has been stopped, for minutes.
    """
    from prefect.events.worker import EventsWorker
    from prefect.logging.handlers import APILogWorker
    from prefect.settings import (
        PREFECT_API_AUTH_STRING,
        PREFECT_API_REQUEST_TIMEOUT,
        PREFECT_API_URL,
        PREFECT_CLIENT_MAX_RETRIES,
        PREFECT_FLOWS_HEARTBEAT_FREQUENCY,
        temporary_settings,
    )

    bounded = {} if patient else {PREFECT_API_REQUEST_TIMEOUT: REQUEST_LIMIT, PREFECT_CLIENT_MAX_RETRIES: TRIES_AGAIN}
    # Each flow would wait up to a second for its heartbeat to stop; the batch's own record tells a dead run.
    ours = {} if server.key is None else {PREFECT_API_AUTH_STRING: server.key}
    with temporary_settings({PREFECT_API_URL: server.url, PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None, **bounded, **ours}):
        try:
            yield
        finally:
            course = current_course()
            limit = LAST if course is not None and course.lost else 5
            APILogWorker.drain_all(timeout=limit)
            EventsWorker.drain_all(timeout=limit)
