"""Where machine code is kept, and what becomes of old versions."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from sdengine.kernel import compiled


def test_old_versions_are_forgotten_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = [f"{k:016x}" for k in range(5)] + ["00000000000000ff-checked"]
    for age, name in enumerate(names):
        (tmp_path / name).mkdir()
        os.utime(tmp_path / name, (1_000_000 - age, 1_000_000 - age))
    (tmp_path / "somebody-elses").mkdir()
    monkeypatch.setattr(compiled, "CACHE_FOLDER", tmp_path / names[0])
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
    compiled.forget_old_versions(keep=2)
    assert sorted(folder.name for folder in tmp_path.iterdir()) == [*names[:2], "somebody-elses"]


def test_a_folder_that_the_user_named_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "0123456789abcdef").mkdir()
    monkeypatch.setattr(compiled, "CACHE_FOLDER", tmp_path / "fedcba9876543210")
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    compiled.forget_old_versions(keep=0)
    assert (tmp_path / "0123456789abcdef").is_dir()
