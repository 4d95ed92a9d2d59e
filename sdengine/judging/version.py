"""The fingerprint of the code that judgements depend on: rows of another version are computed anew."""

from __future__ import annotations

from functools import cache

from sdengine.version import with_engine

ROOMS = ("judging", "statistics")


@cache
def judging_fingerprint() -> str:
    """Hash the code of judging, of statistics and of the engine that both run: 16 hex digits."""
    return with_engine(ROOMS)
