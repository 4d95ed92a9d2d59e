"""Servers that each keep one of our three closings, and one that keeps none: what each of them holds alone.

As a program it prints their ports as JSON, and serves until it is killed.
"""

from __future__ import annotations

import asyncio
import json
import socket
from typing import Any

import uvicorn
from prefect.server.api.server import create_app
from prefect.settings import (
    PREFECT_SERVER_API_AUTH_STRING,
    PREFECT_SERVER_CORS_ALLOWED_ORIGINS,
    temporary_settings,
)

from flows.orchestration.gate import Gate

KEY = "sdengine:a-key-of-tests"
KEPT = ("nothing", "gate", "key", "origins")


def opened(kept: str, port: int) -> Any:
    """Make a server at a port that keeps one closing."""
    changed: dict[Any, Any] = {
        PREFECT_SERVER_CORS_ALLOWED_ORIGINS: f"http://127.0.0.1:{port}" if kept == "origins" else "*"
    }
    if kept == "key":
        changed[PREFECT_SERVER_API_AUTH_STRING] = KEY
    with temporary_settings(changed):
        app = create_app(webserver_only=True, ignore_cache=True)
    return Gate(app, port, KEY) if kept == "gate" else app


async def serve() -> None:
    """Serve all of them, one started after the other, for they share a database."""
    ports, serving = {}, []
    for kept in KEPT:
        ear = socket.socket()
        ear.bind(("127.0.0.1", 0))
        ports[kept] = ear.getsockname()[1]
        server = uvicorn.Server(uvicorn.Config(opened(kept, ports[kept]), log_level="error", lifespan="on"))
        serving.append(asyncio.create_task(server.serve(sockets=[ear])))
        while not server.started:
            await asyncio.sleep(0.05)
    print(json.dumps(ports), flush=True)
    await asyncio.gather(*serving)


if __name__ == "__main__":
    asyncio.run(serve())
