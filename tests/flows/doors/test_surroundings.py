"""Where the command finds itself: without a terminal's streams, in a folder that is gone; and where it may write."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from flows.asked import Asked
from flows.errors import UsageError
from flows.project.reading import find_project
from flows.sources.base import SourceError
from flows.sources.files.options import read_options
from flows.validate.policy_file import BadPolicy, policy_in
from flows.written import check_target
from tests.flows.doors.calling import RUN, Call
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


def to_nowhere(path: Path) -> None:
    path.symlink_to("nowhere")


@pytest.mark.parametrize(
    ("lay", "why"), [(to_nowhere, "is a link to what there is not"), (os.mkfifo, "is no file")], ids=["link", "pipe"]
)
def test_settings_that_are_no_file_are_not_taken_for_none(
    call: Call, home: Path, lay: Callable[[Path], None], why: str
) -> None:
    """A disk that is not there now would have bars judged otherwise, files read otherwise, and results pruned."""
    for place in ("data/validation.toml", "bars/files.toml", "scenarios/full.toml"):
        (home / place).unlink(missing_ok=True)
        lay(home / place)
    assert why in call(home, "scenarios").out
    assert why in call(home, *RUN).err
    with pytest.raises(BadPolicy, match=why):
        policy_in(home / "data")
    with pytest.raises(SourceError, match=rf"files\.toml: cannot be read: {why}"):
        read_options(home / "bars")


def test_pipes_in_the_place_of_a_warehouse_s_files_keep_nobody_waiting(call: Call, home: Path) -> None:
    for name in ("work.duckdb", "results.duckdb", "work.lock"):
        (home / "data" / name).unlink()
        os.mkfifo(home / "data" / name)
    assert "work.lock is no file: remove it" in call(home, *RUN).err
    (home / "data" / "work.lock").unlink()
    assert "work.duckdb is empty" in call(home, *RUN).err
    found = call(home, "doctor")
    assert found.code == 1
    assert f"nothing is published in {home / 'data'}" in found.out
