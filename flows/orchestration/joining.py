"""Which server a night joins: one that the owner has named, or one that we have started for this warehouse.

Whoever answers at an address is asked who it is first. Another program, another version, the server of another user or
of another warehouse is left alone.
"""

from __future__ import annotations

import base64
import json
import os
import secrets
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flows.orchestration.access import PROOF, home, key, proof
from flows.private import read_private, write_private

KNOWN = "0.8."
"""How the versions begin of the API that we speak: Prefect 3.9 answers 0.8.4."""

CLOUD = "/accounts/"
"""In the address of Prefect's own cloud, which tells its version to nobody."""


@dataclass(frozen=True)
class Server:
    """A server to join: its address, which ends in /api, and the key of one that we started.

    key  None: the owner named it, and the owner's own settings of Prefect say how to get in
    """

    url: str
    key: str | None = None


class NotOurs(Exception):
    """What answers at an address is not what a night may join; the message says why."""


def named_server() -> Server | None:
    """Find the server that PREFECT_API_URL names; None where it names none.

    Raises:
        NotOurs: nothing answers there, or something else.
    """
    url = (os.environ.get("PREFECT_API_URL") or "").rstrip("/")
    if not url:
        return None
    _check_prefect(url, _owners_authorization())
    return Server(url)


def own_server(warehouse: Path) -> Server | None:
    """Find the server that `schedule` has started for this warehouse and that still runs; None without one."""
    url = read_private(_record(warehouse))
    if url is None:
        return None
    server = Server(url, key(warehouse))
    return server if is_ours(server) else None


def record_server(warehouse: Path, url: str | None) -> None:
    """Let nights of this warehouse find the server at `url`; None: there is none any more."""
    if url is None:
        _record(warehouse).unlink(missing_ok=True)
    else:
        write_private(_record(warehouse), url)


def is_ours(server: Server, timeout: float = 2.0) -> bool:
    """Tell whether the server has our key, which it is not shown: it answers a challenge with it, and is healthy."""
    assert server.key is not None
    challenge = secrets.token_hex(16)
    origin = server.url.removesuffix("/api")
    try:
        answer = _get(f"{origin}{PROOF}{challenge}", None, timeout)
        return answer == proof(server.key, challenge) and _get(f"{server.url}/health", None, timeout) == "true"
    except (OSError, ValueError):
        return False


def is_lost(url: str, timeout: float = 2.0) -> bool:
    """Tell whether nobody answers any more at the address of a server, or with failures of its own only."""
    try:
        _get(f"{url}/health", None, timeout)
    except urllib.error.HTTPError as error:
        return error.code >= 500
    except (OSError, ValueError):
        return True
    return False


def _check_prefect(url: str, authorization: str | None, timeout: float = 5.0) -> None:
    try:
        if _json(f"{url}/health", authorization, timeout) is not True:
            raise NotOurs(f"what answers at {url} is no Prefect server")
        version = KNOWN if CLOUD in url else _json(f"{url}/version", authorization, timeout)
    except urllib.error.HTTPError as error:
        refused = " (PREFECT_API_AUTH_STRING or PREFECT_API_KEY opens it)" if error.code in (401, 403) else ""
        raise NotOurs(f"the Prefect server at {url} answers {error.code} {error.reason}{refused}") from error
    except OSError as error:
        raise NotOurs(f"no Prefect server answers at {url}") from error
    except ValueError as error:
        raise NotOurs(f"what answers at {url} is no Prefect server") from error
    if not str(version).startswith(KNOWN):
        raise NotOurs(f"the Prefect server at {url} speaks version {str(version)[:20]!r} of its API, not {KNOWN}x")


def _owners_authorization() -> str | None:
    if auth := os.environ.get("PREFECT_API_AUTH_STRING"):
        return "Basic " + base64.b64encode(auth.encode()).decode()
    return f"Bearer {api_key}" if (api_key := os.environ.get("PREFECT_API_KEY")) else None


def _json(url: str, authorization: str | None, timeout: float) -> Any:
    return json.loads(_get(url, authorization, timeout))


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Nobody sends us elsewhere with what we say."""

    def redirect_request(self, *_: Any) -> None:
        """Follow nothing."""


def _get(url: str, authorization: str | None, timeout: float) -> str:
    request = urllib.request.Request(url, headers={"Authorization": authorization} if authorization else {})
    with urllib.request.build_opener(_NoRedirect).open(request, timeout=timeout) as response:
        return str(response.read(4096).decode(errors="replace"))


def _record(warehouse: Path) -> Path:
    return home(warehouse) / "server"
