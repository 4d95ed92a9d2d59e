"""What the engine's results depend on, as a hash."""

from __future__ import annotations

import ast
import hashlib
from functools import cache
from pathlib import Path

#: The version of `sdengine/RULES.md`, which tells what each changed. Counts up with a rule that changes figures.
RULES = 2

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
    """Hash the code of an engine that lies in `root`, or of those of its rooms alone."""
    digest = hashlib.blake2b(digest_size=8)
    for file in sorted(root.rglob("*.py")):
        relative = file.relative_to(root)
        room = relative.parts[0]
        if room in rooms if rooms else room not in OUTSIDE:
            tree = _Bare().visit(ast.parse(file.read_text(encoding="utf-8")))
            digest.update(f"{relative.as_posix()}\n{ast.dump(tree)}\n".encode())
    return digest.hexdigest()
