"""Which version of a package is installed, told by the name of the folder that its installer has left.

`importlib.metadata` reads the package's whole description for it, and is loaded with a reader of mail: 0.03 s, of a
night that has nothing to do a tenth.
"""

from __future__ import annotations

import os
import re
import sys
from contextlib import suppress
from functools import cache

LEFT = ".dist-info"


@cache
def version(package: str) -> str:
    """Tell the version; `importlib.metadata.PackageNotFoundError` where there is no such package."""
    if (named := _named().get(_alike(package))) is not None:
        return named
    from importlib import metadata

    return metadata.version(package)


@cache
def _named() -> dict[str, str]:
    """Read package to version from the folders of Python's path, the first of which counts."""
    found: dict[str, str] = {}
    for place in sys.path:
        with suppress(OSError):  # an archive, or a folder that is not there
            for folder in os.listdir(place or os.curdir):
                if folder.endswith(LEFT):
                    name, _, own = folder.removesuffix(LEFT).rpartition("-")  # no version has a dash, some names do
                    found.setdefault(_alike(name), own)
    return found


def _alike(name: str) -> str:
    """Write a package's name as all of its spellings are written alike."""
    return re.sub("[-_.]+", "_", name).lower()
