"""Where this user's machine keeps what costs seconds to make and nothing to lose."""

from __future__ import annotations

import os
from pathlib import Path


def cache_root() -> Path:
    """Find the folder: `SDENGINE_CACHE`, else `sdengine` in the user's cache (`XDG_CACHE_HOME` or `~/.cache`)."""
    if given := os.environ.get("SDENGINE_CACHE"):
        return Path(given)
    home = os.environ.get("XDG_CACHE_HOME")
    return (Path(home) if home else Path.home() / ".cache") / "sdengine"
