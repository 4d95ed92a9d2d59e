"""Where machine code is kept, what makes it anew, and what becomes of old versions."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from sdengine.kernel import compiled, sources

ROOT = Path(__file__).parents[3]


def test_old_versions_are_forgotten_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = [f"sdengine.day-{k:016x}" for k in range(5)]
    others = ["sdengine.day-00000000000000ff-checked", "sdengine.rounds-00000000000000ff"]
    of_before = ["00000000000000aa", "00000000000000aa-checked"]
    for age, name in enumerate([*names, *others, *of_before]):
        (tmp_path / name).mkdir()
        os.utime(tmp_path / name, (1_000_000 - age, 1_000_000 - age))
    (tmp_path / "somebody-elses").mkdir()
    monkeypatch.setattr(compiled, "CACHE_ROOT", tmp_path)
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
    compiled.forget_old_versions(keep=2)
    assert sorted(folder.name for folder in tmp_path.iterdir()) == sorted([*names[:2], *others, "somebody-elses"])


def test_a_folder_that_the_user_named_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "sdengine.day-0000000000000001").mkdir()
    monkeypatch.setattr(compiled, "CACHE_ROOT", tmp_path)
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    compiled.forget_old_versions(keep=0)
    assert (tmp_path / "sdengine.day-0000000000000001").is_dir()


def test_only_what_an_edit_touches_is_compiled_anew(tmp_path: Path) -> None:
    """The day's kernel needs the books and not the scenario's model; a figure of a run needs neither."""
    shutil.copytree(ROOT / "sdengine", tmp_path / "sdengine", ignore=shutil.ignore_patterns("__pycache__"))
    modules = ["sdengine.days", "sdengine.statistics.returns"]

    def hashes() -> list[str]:
        code = f"from sdengine.kernel.sources import source_hash\nprint(*map(source_hash, {modules}))"
        return subprocess.run(
            [sys.executable, "-c", code], cwd=tmp_path, check=True, capture_output=True, text=True
        ).stdout.split()

    first = hashes()
    for edited, touched in {
        "scenario/model.py": [False, False],
        "books/taxes.py": [True, False],
        "codes.py": [True, False],
        "kernel/compiled.py": [True, True],
    }.items():
        file = tmp_path / "sdengine" / edited
        before = file.read_text(encoding="utf-8")
        file.write_text(before + "\n# edited\n", encoding="utf-8")
        assert [now != then for now, then in zip(hashes(), first, strict=True)] == touched, edited
        file.write_text(before, encoding="utf-8")
    assert hashes() == first


def test_every_import_of_the_engine_is_seen() -> None:
    """What Python's own parser finds, the pattern finds too (and examples in docstrings, which do no harm)."""
    for file in (ROOT / "sdengine").rglob("*.py"):
        tree = ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        parsed, plain = set[str](), list[str]()
        for node in tree:
            if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "sdengine":
                parsed |= {f"{node.module}.{name.name}" for name in node.names}
            elif isinstance(node, ast.Import):
                plain += [name.name for name in node.names if name.name.split(".")[0] == "sdengine"]
        found = {
            f"{module}.{name}"
            for module, names in sources.IMPORTS.findall(file.read_text(encoding="utf-8"))
            for name in _names(names)
        }
        assert (parsed - found, plain) == (set(), []), file


def _names(text: str) -> list[str]:
    """Read the names of an import's right side, without what they are called by `as`."""
    lines = [line.split("#")[0] for line in text.strip("()").splitlines()]
    return [part.split(" as ")[0].strip() for part in ",".join(lines).split(",") if part.strip()]
