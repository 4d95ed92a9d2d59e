"""Find, in the engine's sources, functions that decide by a code and name only some of its members."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

ROOMS = ("day.py", "rounds.py", "business.py", "ladder", "books", "coordination", "withdrawals", "market")
"""Where kernels decide."""


def functions_of(root: Path) -> Iterator[tuple[str, ast.FunctionDef]]:
    """Every function of those rooms, with the name of its file."""
    for room in ROOMS:
        for file in sorted((root / room).rglob("*.py")) if (root / room).is_dir() else [root / room]:
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.FunctionDef):
                    yield file.relative_to(root).as_posix(), node


def incomplete(root: Path, families: Mapping[str, Sequence[str]]) -> list[str]:
    """Functions that name a member of a family but not all of them, each with the members that it leaves out."""
    gaps = []
    for file, function in functions_of(root):
        for family, members in families.items():
            named = {
                node.attr
                for node in ast.walk(function)
                if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == family
            }
            if named and set(members) - named:
                gaps.append(f"{file}: {function.name} has no branch for {family} {sorted(set(members) - named)}")
    return gaps
