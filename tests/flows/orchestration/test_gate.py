"""The gate before our server by itself: who gets through, and what those who do not are answered."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from flows.orchestration.access import proof
from flows.orchestration.gate import Gate

PORT = 4321


def through_gate(kind: str = "http", path: str = "/api/flows/", **headers: str) -> str:
    """Send a request through a gate; "passed", or the status with which it was refused."""
    heard: list[str] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        heard.append("passed")

    async def send(message: Any) -> None:
        heard.append(str(message.get("status") or message.get("code") or message["body"].decode()))

    async def receive() -> Any:
        return {}

    given = {"host": f"127.0.0.1:{PORT}", **{name.replace("_", "-"): value for name, value in headers.items()}}
    pairs = [(name.encode(), value.encode()) for name, value in given.items()]
    scope = {"type": kind, "method": "GET", "path": path, "headers": pairs}
    asyncio.run(Gate(app, PORT, "a:key")(scope, receive, send))
    return heard[0] if len(heard) == 1 else f"{heard[0]} {heard[1]}"


@pytest.mark.parametrize(
    ("headers", "ends"),
    [
        ({}, "passed"),
        ({"host": f"localhost:{PORT}"}, "passed"),
        ({"host": f"[::1]:{PORT}"}, "passed"),
        ({"origin": f"http://127.0.0.1:{PORT}", "sec_fetch_site": "same-origin"}, "passed"),
        ({"sec_fetch_site": "cross-site", "sec_fetch_mode": "navigate"}, "passed"),
        ({"host": "evil.example"}, "403"),
        ({"host": f"evil.example:{PORT}"}, "403"),
        ({"host": "127.0.0.1"}, "403"),
        ({"host": "127.0.0.1:80"}, "403"),
        ({"host": f"127.0.0.1:{PORT}.evil.example"}, "403"),
        ({"host": ""}, "403"),
        ({"origin": "http://evil.example"}, "403"),
        ({"origin": "null"}, "403"),
        ({"origin": f"https://127.0.0.1:{PORT}"}, "403"),
        ({"origin": "http://127.0.0.1:80"}, "403"),
        ({"sec_fetch_site": "cross-site", "sec_fetch_mode": "no-cors"}, "403"),
    ],
    ids=str,
)
def test_the_gate(headers: dict[str, str], ends: str) -> None:
    assert through_gate(**headers).split()[0] == ends
    if ends == "403":
        assert through_gate("websocket", **headers) == "1008"


def test_the_gate_answers_a_challenge_and_shows_no_key() -> None:
    assert through_gate(path="/sdengine/abc") == f"200 {proof('a:key', 'abc')}"
    assert proof("a:key", "abc") != proof("another:key", "abc")
    assert "key" not in proof("a:key", "abc")
