"""A Prefect server for the length of one run, started early and waited for late.

Prefect can start such a server by itself, but only once its client is imported and first needed; started here, it
boots on the second core while the command imports, plans and opens the warehouse.
As a program (`python -m flows.orchestration.temporary_server SOCKET PARENT`) it is that server, and ends with its
parent.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import TracebackType

from flows.errors import PipelineError
from flows.orchestration.access import home, key
from flows.orchestration.environment import prefect_variables
from flows.orchestration.joining import Server, is_ours, record_server
from flows.private import keep_private, open_private, private_folder

PORT = 4200
"""Where a Prefect server listens unless told otherwise."""

START_LIMIT = 90.0
"""Seconds; a fresh database takes 13 on an idle machine, several times that on a busy one."""

IDLE_LIMIT = 10.0
"""Seconds without any work of the server's process after which it is said to hang."""

STOP_LIMIT = 20.0
"""Seconds that the server has to end in peace, before it is killed."""


IDLE_STOP_LIMIT = 3.0
"""Seconds without any work after which it is killed at once: it hangs, or is stopped."""


class TemporaryServer:
    """`with TemporaryServer(warehouse) as server: ... server.wait()`; terminated at the end of the block."""

    def __init__(self, warehouse: Path, *, lasting: bool = False) -> None:
        """`lasting`: with its pages and the services that work in the background, among them the scheduler."""
        self._warehouse = warehouse
        self._lasting = lasting
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> TemporaryServer:
        """Start it; `OSError` where its folder, its port or its process cannot be had."""
        folder = private_folder(home(self._warehouse))
        self._key = key(self._warehouse)
        self._log_path = folder / "temporary-server.log"
        with _listening(PORT if self._lasting else 0) as ear, open_private(self._log_path) as log:
            origin = f"http://127.0.0.1:{ear.getsockname()[1]}"
            self.server = Server(f"{origin}/api", self._key)
            self._process = subprocess.Popen(
                [sys.executable, "-m", __name__, str(ear.fileno()), str(os.getpid())],
                env=self._environ(origin),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                pass_fds=[ear.fileno()],  # a port that is ours from the start: nobody else can answer there meanwhile
                start_new_session=True,  # Ctrl-C is for us: the server is needed to record that the run was cancelled
            )
        return self

    def _environ(self, origin: str) -> dict[str, str]:
        environ = {**os.environ, **prefect_variables(self._warehouse, os.environ)}
        environ.pop("PREFECT_API_URL", None)
        environ |= {
            "PREFECT_SERVER_API_AUTH_STRING": self._key,
            "PREFECT_SERVER_CORS_ALLOWED_ORIGINS": origin,
            "PREFECT_SERVER_UI_API_URL": f"{origin}/api",
        }
        if not self._lasting:
            environ |= {"PREFECT__SERVER_EPHEMERAL": "1", "PREFECT_SERVER_UI_ENABLED": "false"}
        return environ

    def wait(self, limit: float = START_LIMIT) -> Server:
        """Block until the server answers, and return it; `PipelineError` when it ends, hangs or takes too long."""
        assert self._process is not None
        give_up, pulse = time.monotonic() + limit, _Pulse(self._process.pid)
        while not is_ours(self.server):
            if self._process.poll() is not None:
                raise PipelineError(
                    f"Prefect's temporary server ended while starting; its words are in {self._log_path}"
                )
            late = time.monotonic() > give_up
            if late or pulse.idle() > IDLE_LIMIT:
                waited = limit if late else IDLE_LIMIT
                raise PipelineError(
                    f"Prefect's temporary server did not answer in {waited:.0f} s; see {self._log_path}"
                )
            time.sleep(0.05)
        if self._lasting:
            record_server(self._warehouse, self.server.url)
        return self.server

    def ended(self) -> bool:
        """Tell whether its process has ended, without having been told to."""
        return self._process is not None and self._process.poll() is not None

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, tb: TracebackType | None) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        if self._lasting:
            record_server(self._warehouse, None)
        process.terminate()  # while it starts, it first finishes the migration of its database
        give_up, pulse = time.monotonic() + STOP_LIMIT, _Pulse(process.pid)
        while process.poll() is None:
            if time.monotonic() > give_up or pulse.idle() > IDLE_STOP_LIMIT:
                process.kill()
                process.wait()
            time.sleep(0.05)


def _listening(wanted: int) -> socket.socket:
    """Open an ear at the wanted port of this machine if nobody has it, else at any that is free."""
    try:
        return _ear(wanted)
    except OSError:
        return _ear(0)


def _ear(port: int) -> socket.socket:
    """Listen at a port, at once: of two processes that merely bound it, the second would fail only later."""
    ear = socket.socket()
    ear.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a port whose last server has just ended is free
    try:
        ear.bind(("127.0.0.1", port))
        ear.listen()
    except OSError:
        ear.close()
        raise
    return ear


class _Pulse:
    """Watches whether a process works."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._work = -1.0
        self._busy_at = time.monotonic()

    def idle(self) -> float:
        """Tell for how many seconds it has done nothing; 0 where this system does not say."""
        now, work = time.monotonic(), _work_of(self._pid)
        if work is None or work > self._work:
            self._busy_at, self._work = now, work or 0.0
        return now - self._busy_at


def _work_of(pid: int) -> float | None:
    """Tell the clock ticks that a process has worked; None where this system does not say."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return None
    return float(fields[11]) + float(fields[12])


def _end_with(parent: int) -> None:
    """Watch for the parent's end: a run that is killed cannot stop its server."""
    while os.getppid() == parent:
        time.sleep(0.5)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(STOP_LIMIT)
    os._exit(0)


def serve(handle: int, parent: int) -> None:
    """Run the server in this process, on a socket that it was given, until it is terminated or the parent is gone."""
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    os.environ["PREFECT__SERVER_FINAL"] = "1"
    import uvicorn
    from prefect.server.api.server import create_app

    from flows.orchestration.gate import Gate

    keep_private()
    ear = socket.socket(fileno=handle)
    app = Gate(create_app(), ear.getsockname()[1], os.environ["PREFECT_SERVER_API_AUTH_STRING"])
    config = uvicorn.Config(app, log_level="error", lifespan="on", proxy_headers=False)
    uvicorn.Server(config).run(sockets=[ear])


if __name__ == "__main__":
    serve(int(sys.argv[1]), int(sys.argv[2]))
