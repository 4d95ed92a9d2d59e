"""Who is told of a failed night is told it whole; who reads what became of that learns no secret."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from flows.night.alert import Failure, alert
from flows.text import masked, printable

FAILURE = Failure("b1", "/data", "backtest: 2 failed")
SECRETS = ("s3cret", "hunter2", "p%40ss")


class Listening(HTTPServer):
    """A server that keeps what it hears, and answers with `status` (a redirection goes to /elsewhere)."""

    status = 200

    def __init__(self) -> None:
        self.heard: list[tuple[str, str | None, Any]] = []
        super().__init__(("127.0.0.1", 0), _Handler)


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        self.answer(json.loads(body))

    def do_GET(self) -> None:
        self.answer(None)

    def answer(self, body: Any) -> None:
        server = self.server
        assert isinstance(server, Listening)
        server.heard.append((self.path, self.headers.get("authorization"), body))
        status = 200 if self.path == "/elsewhere" else server.status
        self.send_response(status)
        if status == 302:
            self.send_header("location", f"http://localhost:{server.server_port}/elsewhere")
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Keep quiet."""


@pytest.fixture
def server() -> Iterator[Listening]:
    with Listening() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def address(server: Listening, login: str = "") -> str:
    return f"http://{login}127.0.0.1:{server.server_port}/hook?token=s3cret"


def test_an_address_is_told_the_failure(server: Listening) -> None:
    assert alert(address(server), FAILURE) is None
    assert server.heard == [
        ("/hook?token=s3cret", None, {"batch": "b1", "warehouse": "/data", "reason": "backtest: 2 failed"})
    ]


def test_a_login_in_the_address_opens_it(server: Listening) -> None:
    assert alert(address(server, "me:p%40ss@"), FAILURE) is None
    ((_, authorization, _),) = server.heard
    assert authorization == "Basic " + base64.b64encode(b"me:p@ss").decode()


def test_a_login_goes_to_nobody_else(server: Listening) -> None:
    server.status = 302
    assert alert(address(server, "me:hunter2@"), FAILURE) is None
    assert [(path, login is None) for path, login, _ in server.heard] == [
        ("/hook?token=s3cret", False),
        ("/elsewhere", True),
    ]


def test_an_address_that_refuses_is_named_without_its_secrets(server: Listening) -> None:
    server.status = 500
    sentence = alert(address(server, "me:hunter2@"), FAILURE)
    assert sentence is not None
    assert f"http://127.0.0.1:{server.server_port} did not get through: HTTP Error 500" in sentence
    assert not any(secret in sentence for secret in SECRETS)


@pytest.mark.parametrize(
    "target",
    [
        "http://me:hunter2@127.0.0.1:9/hook?key=s3cret",
        "https://me:hunter2@[nowhere/?key=s3cret",
        "http://me:hunter2@nowhere.invalid/s3cret",
        "curl-that-is-not-there -u me:hunter2 https://hooks.example/s3cret",
        "echo 'cannot reach http://me:hunter2@hooks.example/?key=s3cret' >&2; exit 7",
    ],
)
def test_what_became_of_an_alert_shows_no_secret(target: str) -> None:
    sentence = alert(target, FAILURE)
    assert sentence is not None
    assert not any(secret in sentence for secret in SECRETS), sentence


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("s3://me:hunter2@bucket/parts cannot be opened", "s3://***@bucket/parts cannot be opened"),
        (
            "s3://bucket?access_key=AK&secret_key=s3cret&region=eu",
            "s3://bucket?access_key=***&secret_key=***&region=eu",
        ),
        ("at 10:00 me@example.org wrote", "at 10:00 me@example.org wrote"),
        ("http://example.org/a@b", "http://example.org/a@b"),
    ],
)
def test_addresses_are_shown_without_logins_and_keys(text: str, shown: str) -> None:
    assert masked(text) == shown


def test_what_a_terminal_would_obey_is_written_out() -> None:
    assert printable("a\x1b[2Jb\rc — ü") == r"a\x1b[2Jb\rc — ü"
