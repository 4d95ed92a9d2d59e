"""The fingerprint of the code that metrics depend on: rows of another version are computed anew."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from sdengine.version import fingerprint_of

ROOMS = ("metrics", "statistics")


@cache
def metrics_fingerprint() -> str:
    """Hash the code of metrics and statistics as it is parsed, 16 hex digits, as `engine_fingerprint` does."""
    return fingerprint_of(Path(__file__).parent.parent, ROOMS)
