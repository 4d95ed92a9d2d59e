"""The one decorator that turns a function into a compiled kernel, and where compiled code is kept.

Numba's disk cache looks at the file of the outermost function only: an edit of a helper in another file would leave
stale machine code in use. So the code of each module has a folder that is named by a hash of all that can enter it
(`sdengine.kernel.sources`): an edit compiles anew what it touches and nothing else, and an old folder is simply never
read again. Bounds-checked code (`NUMBA_BOUNDSCHECK=1`, as the tests run it) has folders of its own, since a cached
kernel ignores that switch.

The folders lie in `NUMBA_CACHE_DIR` if set, else in `SDENGINE_CACHE`, else in the user's cache folder (`XDG_CACHE_HOME`
or `~/.cache`) under `sdengine`.
"""

from __future__ import annotations

import os
import re
import shutil
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import numba
from numba.core import config as _config

from sdengine.cache import cache_root
from sdengine.kernel.parts import Outermost, Part
from sdengine.kernel.sources import source_hash

F = TypeVar("F", bound=Callable[..., Any])

njit: Any = numba.njit
config: Any = _config
"""Numba's settings: a module whose names are made at run time."""


KEPT_VERSIONS = 4
VERSION = re.compile(r"(?P<module>sdengine[.\w]*-)?[0-9a-f]{16}(?P<checked>-checked)?")
"""How a folder of machine code is called; without a module's name it was left by a release before 0.2."""


CACHE_ROOT = Path(os.environ["NUMBA_CACHE_DIR"]) if os.environ.get("NUMBA_CACHE_DIR") else cache_root()


def folder_of(function: Callable[..., Any]) -> Path:
    """Return where the machine code of a kernel of today's sources is kept."""
    module = function.__module__
    return CACHE_ROOT / f"{module}-{source_hash(module)}{'-checked' if config.BOUNDSCHECK else ''}"


def kernel(function: F) -> F:
    """Compile `function` on its first call, without Python inside, cached on disk, free of the interpreter's lock.

    Division by zero follows IEEE (inf, nan) instead of raising; no fast-math, so that results are bit-identical. Where
    another kernel calls it, it is compiled once more, as a part of that one (`sdengine.kernel.parts`), and LLVM chooses
    whether to copy it: what is not said here, numba takes from whichever kernel has it compiled first.
    """
    return _compiled(function, forceinline=False)


def inlined(function: F) -> F:
    """Compile a `kernel` that is copied into each place that calls it.

    For what runs once a day or once a fill: handing a desk of thirteen pointers to a function costs more than most of
    them do (measured: 58 million asset-bars a second without, 77 with).
    """
    return _compiled(function, forceinline=True)


def merged(function: F) -> F:
    """Write the body of a kernel into the one that calls it, before anything is compiled.

    For the few that one loop calls and that hold all of a day.
    """
    return _compiled(function, inline="always")


def _compiled(function: F, **options: Any) -> F:
    before = config.CACHE_DIR
    config.CACHE_DIR = str(folder_of(function))
    options |= {"nogil": True, "error_model": "numpy", "no_cfunc_wrapper": True}
    try:
        outermost = njit(cache=True, pipeline_class=Outermost, **options)(function)
    finally:
        config.CACHE_DIR = before
    part = njit(pipeline_class=Part, no_cpython_wrapper=True, **options)(function)
    if not config.DISABLE_JIT:
        outermost.get_call_template, outermost.get_overload = part.get_call_template, part.get_overload
    return cast(F, outermost)


def forget_old_versions(keep: int = KEPT_VERSIONS) -> None:
    """Remove the machine code of all but the newest `keep` versions of each module from the engine's own cache folder.

    All modules together take some 65 MB. A folder that was named by `NUMBA_CACHE_DIR` is not ours to clear.
    """
    if os.environ.get("NUMBA_CACHE_DIR") or not CACHE_ROOT.is_dir():
        return
    versions: dict[tuple[str | None, ...], list[Path]] = defaultdict(list)
    for folder in CACHE_ROOT.iterdir():
        if (named := VERSION.fullmatch(folder.name)) and folder.is_dir():
            versions[named.groups()].append(folder)
    for (module, *_), folders in versions.items():
        newest_first = sorted(folders, key=lambda folder: folder.stat().st_mtime, reverse=True)
        for folder in newest_first[keep if module else 0 :]:
            shutil.rmtree(folder, ignore_errors=True)


def is_compiled(function: Callable[..., Any]) -> bool:
    """Return whether an earlier process has left compiled code of this kernel for exactly these sources."""
    return any(folder_of(function).rglob(f"*{function.__name__}*.nbc"))
