"""What the engine's results depend on, as a hash."""

from __future__ import annotations

import ast
import hashlib
import os
import re
import sys
from collections.abc import Iterable
from contextlib import suppress
from functools import cache
from pathlib import Path

from sdengine.cache import cache_root

#: The version of `sdengine/RULES.md`, which tells what each changed. Counts up with a rule that changes figures.
RULES_VERSION = 2

#: What reads, checks or presents: none of their code can change what a run computes.
OUTSIDE = (
    "scenario",
    "metrics",
    "statistics",
    "judging",
    "retirement",
    "portfolio",
    "figures",
    "results",
    "version.py",
    "words.py",
)


class _Bare(ast.NodeTransformer):
    """Takes docstrings away."""

    def _strip(self, node: ast.Module | ast.ClassDef | ast.FunctionDef) -> ast.AST:
        self.generic_visit(node)
        if ast.get_docstring(node, clean=False) is not None:
            node.body = node.body[1:] or [ast.Pass()]
        return node

    visit_Module = visit_ClassDef = visit_FunctionDef = _strip


@cache
def engine_fingerprint() -> str:
    """Hash the engine's code as it is parsed, 16 hex digits: comments, docstrings and formatting don't count."""
    return fingerprint_of(Path(__file__).parent)


def fingerprint_of(root: Path, rooms: tuple[str, ...] = ()) -> str:
    """Hash the code of an engine that lies in `root`, or of those of its rooms alone.

    To parse it takes a tenth of a second, so what was found for the same bytes is kept in the user's cache.
    """
    sources: list[tuple[str, bytes]] = []
    for file in sorted(root.rglob("*.py")):
        relative = file.relative_to(root)
        room = relative.parts[0]
        if room in rooms if rooms else room not in OUTSIDE:
            sources.append((relative.as_posix(), file.read_bytes()))
    raw = hashlib.blake2b(repr((sys.version_info[:2], sources)).encode(), digest_size=16).hexdigest()
    return _kept(cache_root() / "fingerprints" / raw) or _keep(cache_root() / "fingerprints" / raw, _parsed(sources))


def with_engine(rooms: tuple[str, ...]) -> str:
    """Hash the code of some rooms and of the engine that they run: 16 hex digits."""
    own = fingerprint_of(Path(__file__).parent, rooms)
    return f"{int(own, 16) ^ int(engine_fingerprint(), 16):016x}"


def _parsed(sources: Iterable[tuple[str, bytes]]) -> str:
    """Hash code as it is parsed."""
    digest = hashlib.blake2b(digest_size=8)
    for name, text in sources:
        digest.update(f"{name}\n{ast.dump(_Bare().visit(ast.parse(text)))}\n".encode())
    return digest.hexdigest()


def _kept(path: Path) -> str | None:
    """Read a fingerprint that was kept; None where there is none, or something else."""
    try:
        text = path.read_text(encoding="ascii")
    except (OSError, UnicodeError):
        return None
    return text if re.fullmatch("[0-9a-f]{16}", text) else None


def _keep(path: Path, text: str) -> str:
    """Keep a fingerprint, whole or not at all; where that cannot be, it is found again next time."""
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        hidden = path.with_name(f"{path.name}.{os.getpid()}")
        hidden.write_text(text, encoding="ascii")
        hidden.replace(path)
    return text
