"""Where the command finds itself: without a terminal's streams, in a folder that is gone; and where it may write."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from flows.asked import Asked
from flows.errors import UsageError
from flows.project.reading import find_project
from flows.written import check_target
from tests.flows.doors.calling import Call
from tests.flows.nights import ROOT, environment


def test_streams_that_are_closed_are_no_trouble(home: Path) -> None:
    """As a service or a cron line may close them."""
    command = f"{sys.executable} -m flows.cli ranking <&- >&-"
    done = subprocess.run(["sh", "-c", command], env=environment(home), cwd=ROOT, stderr=subprocess.PIPE, check=False)
    assert (done.returncode, done.stderr) == (0, b"")


def test_a_folder_that_is_gone_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    (tmp_path / "here").rmdir()
    with pytest.raises(UsageError, match="the folder that this was called in is gone: change to one that there is"):
        find_project(Asked)


@pytest.mark.parametrize("name", ["data/validation.toml", "scenarios/full.toml", "sdengine.toml"])
def test_an_answer_is_not_written_over_settings(call: Call, home: Path, name: str) -> None:
    before = (home / name).read_text() if (home / name).exists() else None
    said = call(home, "ranking", "--format", "csv", "--output", str(home / name))
    assert said.code == 2
    assert "so settings and scenarios are called; allowed is any other name" in said.err
    assert before == ((home / name).read_text() if (home / name).exists() else None)
    check_target(home / "ranking.csv")
