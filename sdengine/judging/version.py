"""The fingerprint of the code that judgements depend on: rows of another version are computed anew."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from sdengine.version import engine_fingerprint, fingerprint_of

ROOMS = ("judging", "statistics")


@cache
def judging_fingerprint() -> str:
    """Hash the code of judging, of statistics and of the engine that both run: 16 hex digits."""
    own = fingerprint_of(Path(__file__).parent.parent, ROOMS)
    return f"{int(own, 16) ^ int(engine_fingerprint(), 16):016x}"
