"""What to type next after a night."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from flows.cli.ending import by_name
from flows.cli.hints import Hint


def test_who_called_it_by_its_path_is_told_how_to_call_it_by_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "an env").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sys, "executable", str(tmp_path / "an env" / "python"))
    assert by_name() == [], "no environment that can be activated"
    activate = tmp_path / "an env" / "activate"
    activate.touch()
    assert by_name() == [Hint("so that this terminal knows `sdengine`", f". '{activate}'")]
    (tmp_path / "sdengine").touch(mode=0o755)
    assert by_name() == [], "the terminal knows it"
