"""The gate of a server that we start: a request for another host, or from a page of elsewhere, goes no further.

Prefect itself asks each request for the key. The gate keeps out what could use the owner's browser to get at it: pages
on other origins, and names of elsewhere that were made to mean this machine.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from flows.orchestration.access import PROOF, proof

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]


class Gate:
    """An ASGI application around another, for a server at a port of this machine."""

    def __init__(self, app: App, port: int, key: str) -> None:
        self._app = app
        self._key = key
        self._hosts = {f"{name}:{port}" for name in ("127.0.0.1", "localhost", "[::1]")}

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Refuse the request, answer it if it is a challenge, or pass it on."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
        elif (why := self._refusal(scope)) is not None:
            await _answer(scope, send, 403, why)
        elif scope["path"].startswith(PROOF) and scope["type"] == "http":
            await _answer(scope, send, 200, proof(self._key, scope["path"].removeprefix(PROOF)))
        else:
            await self._app(scope, receive, send)

    def _refusal(self, scope: Message) -> str | None:
        """Say why a request goes no further; None where it does."""
        named = [value.decode("latin-1") for name, value in scope["headers"] if name == b"host"]
        if len(named) != 1 or named[0].lower() not in self._hosts:
            return "this server answers under its own name only"
        for name, value in scope["headers"]:
            if name == b"origin" and value.decode("latin-1").lower() not in {f"http://{host}" for host in self._hosts}:
                return "this server answers no page of elsewhere"
            if name == b"sec-fetch-site" and value == b"cross-site" and not _visit(scope):
                return "this server answers no page of elsewhere"
        return None


def _visit(scope: Message) -> bool:
    """Tell whether somebody follows a link to a page, which a page of elsewhere may offer but cannot read."""
    modes = [value for name, value in scope["headers"] if name == b"sec-fetch-mode"]
    return modes == [b"navigate"] and scope.get("method") == "GET"


async def _answer(scope: Message, send: Send, status: int, text: str) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008, "reason": text})
        return
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": text.encode()})
