"""The fingerprint of the code that plans depend on: rows of another version are computed anew."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from sdengine.version import engine_fingerprint, fingerprint_of

ROOMS = ("retirement", "judging", "statistics")


@cache
def retirement_fingerprint() -> str:
    """Hash the code of retirement, of what it shares with judging, of statistics and of the engine: 16 hex digits."""
    own = fingerprint_of(Path(__file__).parent.parent, ROOMS)
    return f"{int(own, 16) ^ int(engine_fingerprint(), 16):016x}"
