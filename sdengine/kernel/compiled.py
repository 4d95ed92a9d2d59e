"""The one decorator that turns a function into a compiled kernel, and where compiled code is kept.

Numba's disk cache looks at the modification time of the file of the outermost function only: an edit of a helper in
another file would leave stale machine code in use. So the cache lives in a folder that is named by a hash of every
source file of the engine: any edit compiles anew, and an old folder is simply never read again. Bounds-checked code
(`NUMBA_BOUNDSCHECK=1`, as the tests run it) has a folder of its own, since a cached kernel ignores that switch.

The folder: `NUMBA_CACHE_DIR` if set, else `SDENGINE_CACHE`, else the user's cache folder (`XDG_CACHE_HOME` or
`~/.cache`) under `sdengine`, each with the hash below it.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import numba
from numba.core import config as _config

F = TypeVar("F", bound=Callable[..., Any])

njit: Any = numba.njit
config: Any = _config
"""Numba's settings: a module whose names are made at run time."""


KEPT_VERSIONS = 4
VERSION = re.compile(r"[0-9a-f]{16}(-checked)?")
"""How a folder of machine code is called."""


def source_hash() -> str:
    """Hash of the bytes of every Python file of the engine: 16 hex digits."""
    root = Path(__file__).parents[1]
    digest = hashlib.blake2b(digest_size=8)
    for file in sorted(root.rglob("*.py")):
        digest.update(file.relative_to(root).as_posix().encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _cache_root() -> Path:
    given = os.environ.get("NUMBA_CACHE_DIR") or os.environ.get("SDENGINE_CACHE")
    if given:
        return Path(given)
    home = os.environ.get("XDG_CACHE_HOME")
    return (Path(home) if home else Path.home() / ".cache") / "sdengine"


CACHE_FOLDER = _cache_root() / (source_hash() + ("-checked" if config.BOUNDSCHECK else ""))


def kernel(function: F) -> F:
    """Compile `function` on its first call, without Python inside, cached on disk, free of the interpreter's lock.

    Division by zero follows IEEE (inf, nan) instead of raising; no fast-math, so that results are bit-identical.
    """
    return _compiled(function)


def inlined(function: F) -> F:
    """Compile a `kernel` that is copied into each place that calls it.

    For what runs once a day or once a fill: handing a desk of thirteen pointers to a function costs more than most of
    them do (measured: 58 million asset-bars a second without, 77 with).
    """
    return _compiled(function, forceinline=True)


def _compiled(function: F, **options: Any) -> F:
    before = config.CACHE_DIR
    config.CACHE_DIR = str(CACHE_FOLDER)
    try:
        return cast(F, njit(cache=True, nogil=True, error_model="numpy", no_cfunc_wrapper=True, **options)(function))
    finally:
        config.CACHE_DIR = before


def forget_old_versions(keep: int = KEPT_VERSIONS) -> None:
    """Remove the machine code of all but the newest `keep` versions of the engine from its own cache folder.

    Each takes some 30 MB. A folder that was named by `NUMBA_CACHE_DIR` is not ours to clear.
    """
    if os.environ.get("NUMBA_CACHE_DIR") or not CACHE_FOLDER.parent.is_dir():
        return
    folders = [folder for folder in CACHE_FOLDER.parent.iterdir() if folder.is_dir() and VERSION.fullmatch(folder.name)]
    for folder in sorted(folders, key=lambda folder: folder.stat().st_mtime, reverse=True)[keep:]:
        shutil.rmtree(folder, ignore_errors=True)


def is_compiled() -> bool:
    """Whether an earlier process has left compiled code for exactly these sources."""
    return CACHE_FOLDER.is_dir() and any(CACHE_FOLDER.rglob("*.nbc"))
