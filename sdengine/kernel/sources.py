"""Which files' text can enter a module's machine code: its own, and those that it imports from the engine, and so on.

Found in the text, without importing anything: a kernel holds what it calls and the constants that it names, each of
which some module of the engine declares.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).parents[1]
IMPORTS = re.compile(rf"^\s*from ({PACKAGE.name}[\w.]*) import (\([^)]*\)|[^\n]*)", re.MULTILINE)
"""An import as this project writes it: absolute, by `from` (ruff's TID252, and a test)."""


@cache
def source_hash(module: str) -> str:
    """Return a hash of all files whose text can enter the machine code of a module of the engine: 16 hex digits."""
    digest = hashlib.blake2b(digest_size=8)
    for file in sorted(sources(module)):
        digest.update(_content(file))
    return digest.hexdigest()


@cache
def _content(file: Path) -> bytes:
    """Read a file once for all modules whose code it can enter: its name and its text."""
    return file.relative_to(PACKAGE).as_posix().encode() + file.read_bytes()


def sources(module: str) -> set[Path]:
    """Return the module's file and all of the engine that it imports, directly or through others.

    A package's `__init__` counts only where something is imported from it by name.
    """
    files: set[Path] = set()
    waiting = set(_files([module]))
    while waiting:
        file = waiting.pop()
        files.add(file)
        waiting |= _imported(file) - files
    return files


@cache
def _imported(file: Path) -> frozenset[Path]:
    named = [(module, re.findall(r"\w+", names)) for module, names in IMPORTS.findall(file.read_text(encoding="utf-8"))]
    places = [place for module, names in named for place in (module, *(f"{module}.{name}" for name in names))]
    return frozenset(_files(places))


def _files(places: Iterable[str]) -> Iterator[Path]:
    """Yield the files of modules and packages; what else is imported by name is none."""
    for place in places:
        yield from _at(place)


@cache
def _at(place: str) -> tuple[Path, ...]:
    """Find the file of a module, or of a package; none for any other name."""
    path = PACKAGE.parent.joinpath(*place.split("."))
    return tuple(file for file in (path.with_suffix(".py"), path / "__init__.py") if file.is_file())
