"""A Prefect server for the length of one run, started early and waited for late.

Prefect can start such a server by itself, but only once its client is imported and first needed; started here, it
boots on the second core while the command imports, plans and opens the warehouse.
As a program (`python -m flows.orchestration.temporary_server PORT`) it is that server, and ends with its parent.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import TracebackType

from flows.errors import PipelineError
from flows.orchestration.environment import prefect_variables

PORT = 4200
"""Where a Prefect server listens unless told otherwise."""

START_LIMIT = 180.0
"""Seconds; a fresh database takes 13 on an idle machine, several times that on a busy one."""

STOP_LIMIT = 20.0
"""Seconds that the server has to end in peace, before it is killed."""


def answers(api_url: str, timeout: float = 2.0) -> bool:
    """Whether a Prefect server is healthy at `api_url` (an address that ends in /api)."""
    try:
        with urllib.request.urlopen(f"{api_url.rstrip('/')}/health", timeout=timeout) as response:
            return bool(response.status == 200)
    except (OSError, ValueError):
        return False


class TemporaryServer:
    """`with TemporaryServer(warehouse) as server: ... server.wait()`; terminated at the end of the block."""

    def __init__(self, warehouse: Path, *, lasting: bool = False) -> None:
        """`lasting`: with its pages and the services that work in the background, among them the scheduler."""
        self.port = _free_port(PORT if lasting else 0)
        self.api_url = f"http://127.0.0.1:{self.port}/api"
        self._warehouse = warehouse
        self._lasting = lasting
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> TemporaryServer:
        folder = Path(os.environ.get("PREFECT_HOME") or self._warehouse / "prefect")
        folder.mkdir(parents=True, exist_ok=True)
        environ = {**os.environ, **prefect_variables(self._warehouse, os.environ)}
        environ.pop("PREFECT_API_URL", None)
        if not self._lasting:
            environ |= {"PREFECT__SERVER_EPHEMERAL": "1", "PREFECT_SERVER_UI_ENABLED": "false"}
        self._log_path = folder / "temporary-server.log"
        with self._log_path.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "flows.orchestration.temporary_server", str(self.port), str(os.getpid())],
                env=environ,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C is for us: the server is needed to record that the run was cancelled
            )
        return self

    def wait(self, limit: float = START_LIMIT) -> str:
        """Block until the server answers and return its address; `PipelineError` when it ends or takes too long."""
        assert self._process is not None
        give_up = time.monotonic() + limit
        while not answers(self.api_url):
            if self._process.poll() is not None:
                raise PipelineError(
                    f"Prefect's temporary server ended while starting; its words are in {self._log_path}"
                )
            if time.monotonic() > give_up:
                raise PipelineError(f"Prefect's temporary server did not answer in {limit:.0f} s; see {self._log_path}")
            time.sleep(0.05)
        return self.api_url

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, tb: TracebackType | None) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.terminate()  # while it starts, it first finishes the migration of its database
        try:
            process.wait(STOP_LIMIT)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _free_port(wanted: int = 0) -> int:
    """Find the wanted port if nobody has it, else any that is free."""
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", wanted))
        except OSError:
            probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _end_with(parent: int) -> None:
    """Watch for the parent's end: a run that is killed cannot stop its server."""
    while os.getppid() == parent:
        time.sleep(0.5)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(STOP_LIMIT)
    os._exit(0)


def serve(port: int, parent: int) -> None:
    """Run the server in this process until it is terminated or the parent process is gone."""
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    os.environ["PREFECT__SERVER_FINAL"] = "1"
    import uvicorn

    uvicorn.run(
        "prefect.server.api.server:create_app",
        factory=True,
        host="127.0.0.1",
        port=port,
        log_level="error",
        lifespan="on",
    )


if __name__ == "__main__":
    serve(int(sys.argv[1]), int(sys.argv[2]))
