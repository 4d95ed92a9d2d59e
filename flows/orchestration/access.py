"""Who may use a server that we start: whoever has the key, which lies in a file of the owner's alone.

The key never goes to a stranger: before it is sent, the server at an address proves that it has the key, too.
"""

from __future__ import annotations

import hmac
import os
import secrets
from pathlib import Path

from flows.private import private_folder, read_private, write_private
from schemas.masking import remember

PROOF = "/sdengine/"
"""Below this path our server answers a challenge."""


def home(warehouse: Path) -> Path:
    """Tell Prefect's folder: PREFECT_HOME, or the one in the warehouse's."""
    return Path(os.environ.get("PREFECT_HOME") or warehouse / "prefect")


def key_file(warehouse: Path) -> Path:
    """Tell where the key lies: with it the owner gets into the server's pages."""
    return home(warehouse) / "access"


def key(warehouse: Path) -> str:
    """Read the key of a warehouse's servers, USER:PASSWORD as Prefect takes it; made where there is none.

    An owner's own word, PREFECT_SERVER_API_AUTH_STRING, goes first.
    """
    made = _key(warehouse)
    remember(made, made.partition(":")[2])
    return made


def _key(warehouse: Path) -> str:
    if given := os.environ.get("PREFECT_SERVER_API_AUTH_STRING"):
        return given
    private_folder(home(warehouse))
    known = read_private(key_file(warehouse))
    if known is None or ":" not in known:
        known = f"sdengine:{secrets.token_urlsafe(32)}"
        write_private(key_file(warehouse), known)
    return known


def proof(key: str, challenge: str) -> str:
    """Answer a challenge as only somebody with the key can."""
    return hmac.new(key.encode(), challenge.encode(), "sha256").hexdigest()
