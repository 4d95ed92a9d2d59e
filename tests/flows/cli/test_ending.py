"""What to type next after a night."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from flows.cli.ending import by_name, most_telling, turned_away
from flows.cli.hints import Hint
from tests.flows.nights import settings


def test_rows_turned_away_are_told_with_the_query_for_them(tmp_path: Path) -> None:
    """A night like that of tests/flows/cli/test_verbs.py runs each hint that it prints."""
    about = settings(tmp_path)
    asked = f"sdengine sql 'from rejects' --warehouse {about.warehouse}"
    what = "of what the source gave {} turned away; which and why"
    assert turned_away(1, about) == Hint(f"1 row {what.format('is')}", asked)
    assert turned_away(1300, about) == Hint(f"1,300 rows {what.format('are')}", asked)


def test_what_is_to_be_looked_at_first_is_the_best_that_is_not_its_own_twin() -> None:
    held, none = {"scenario": "held", "excess_cagr": 0.0}, {"scenario": "none", "excess_cagr": None}
    traded = {"scenario": "traded", "excess_cagr": -0.01}
    assert most_telling([held, none, traded]) == "traded"
    assert most_telling([none, held]) == "none"


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
