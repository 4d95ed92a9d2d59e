"""The fingerprint of the code that plans depend on: rows of another version are computed anew."""

from __future__ import annotations

from functools import cache

from sdengine.version import with_engine

ROOMS = ("retirement", "judging", "statistics")


@cache
def retirement_fingerprint() -> str:
    """Hash the code of retirement, of what it shares with judging, of statistics and of the engine: 16 hex digits."""
    return with_engine(ROOMS)
