"""Completion: what the shell offers behind TAB, asked as bash asks it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.flows.nights import command


def offered(home: Path, line: str) -> list[str]:
    words = line.split(" ")
    asked = {"_SDENGINE_COMPLETE": "complete_bash", "COMP_WORDS": line, "COMP_CWORD": str(len(words) - 1)}
    program = ("-c", "from flows.cli import main; main()")
    return command(home, environ=asked, program=program, check=None).stdout.split()


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("sdengine ra", ["ranking"]),
        ("sdengine show f", ["full"]),
        ("sdengine orders gri", ["grid", "grid[sd_n=16]", "grid[sd_n=4]"]),
        ("sdengine ranking g", ["grid"]),
        ("sdengine ranking --by max_drawdown_", []),
        ("sdengine ranking --by max_d", ["max_drawdown"]),
        ("sdengine data --ticker U", ["UP"]),
        ("sdengine run --scenario ho", ["hold"]),
        ("sdengine sql --format j", ["json"]),
        ("sdengine run --source sa", ["sample"]),
        ("sdengine scenarios --keys portfolio.pa", ["portfolio.path"]),
    ],
)
def test_names_are_offered(nights: Path, line: str, names: list[str]) -> None:
    assert offered(nights, line) == names


def test_where_nothing_is_known_nothing_is_offered(tmp_path: Path) -> None:
    assert offered(tmp_path, "sdengine show f") == []
