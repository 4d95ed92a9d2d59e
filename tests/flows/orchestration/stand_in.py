"""Something that says it is a Prefect server, and is not, or is none any more."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

HEALTH = {"/api/health": "true", "/api/version": '"0.8.4"'}
"""What a healthy server answers."""


class StandIn(ThreadingHTTPServer):
    """Answers health and version as `healthy` says, and everything else as `manner` is called."""

    daemon_threads = True

    def __init__(self, manner: str, healthy: dict[str, str] | None = None) -> None:
        self.manner = manner
        self.healthy = HEALTH if healthy is None else healthy
        self.asked: list[str] = []
        super().__init__(("127.0.0.1", 0), _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Keep quiet: who hangs up is no error here."""

    @property
    def url(self) -> str:
        """Its address, as PREFECT_API_URL names it."""
        return f"http://127.0.0.1:{self.server_port}/api"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        server = self.server
        assert isinstance(server, StandIn)
        server.asked.append(self.path)
        if self.path in server.healthy:
            self.answer(200, server.healthy[self.path])
        else:
            getattr(self, server.manner)()

    do_POST = do_PATCH = do_PUT = do_GET

    def answer(self, status: int, text: str, **headers: str) -> None:
        self.rfile.read(int(self.headers.get("content-length") or 0))
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("content-length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    def fails(self) -> None:
        self.answer(500, '{"exception_message": "Internal Server Error"}')

    def is_a_web_site(self) -> None:
        self.answer(200, "<html>welcome</html>", content_type="text/html")

    def forwards(self) -> None:
        self.answer(302, "", location="http://127.0.0.1:9/api")

    def refuses(self) -> None:
        self.answer(401, "{}")

    def is_maintained(self) -> None:
        self.answer(503, "{}", Retry_After="3600", Prefect_Maintenance="true")

    def hangs(self) -> None:
        time.sleep(120)

    def hangs_up(self) -> None:
        self.close_connection = True
        self.connection.close()

    def log_message(self, format: str, *args: Any) -> None:
        """Keep quiet."""


@contextmanager
def stand_in(manner: str, healthy: dict[str, str] | None = None) -> Iterator[StandIn]:
    """Run a stand-in for the length of the block."""
    with StandIn(manner, healthy) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()
