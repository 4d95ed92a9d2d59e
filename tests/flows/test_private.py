"""Folders and files of the owner's alone; links that somebody else has laid are refused, the owner's own are not."""

from __future__ import annotations

import os
import stat
from datetime import date
from pathlib import Path

import pytest

from flows.backtest.parts.place import place_at
from flows.calendars.sessions import Calendars
from flows.errors import PipelineError
from flows.private import private_folder, write_private

UNTIL = date(2024, 6, 1)


def lay(link: Path, behind: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lay a link as somebody else would."""
    link.symlink_to(behind)
    try:
        os.lchown(link, 4321, 4321)
    except PermissionError:  # who may not give files away is somebody else from now on
        monkeypatch.setattr(os, "geteuid", lambda: 4321)


def test_a_folder_that_is_a_link_of_somebody_elses_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    behind = tmp_path / "behind"
    behind.mkdir()
    behind.chmod(0o755)  # whatever the umask is, which the command sets for its process
    lay(tmp_path / "folder", behind, monkeypatch)
    with pytest.raises(PermissionError, match="folder is a link that somebody else has laid"):
        private_folder(tmp_path / "folder")
    with pytest.raises(PipelineError, match="folder is a link that somebody else has laid"):
        place_at(str(tmp_path / "folder"))
    assert stat.S_IMODE(behind.stat().st_mode) == 0o755


def test_a_folder_that_the_owner_has_linked_is_used(tmp_path: Path) -> None:
    (tmp_path / "big disk").mkdir(mode=0o755)
    (tmp_path / "folder").symlink_to(tmp_path / "big disk")
    private_folder(tmp_path / "folder")
    assert stat.S_IMODE((tmp_path / "big disk").stat().st_mode) == 0o700


@pytest.mark.parametrize("content", ["text", b"\x00bytes"])
def test_a_file_is_whole_private_and_follows_no_link(tmp_path: Path, content: str | bytes) -> None:
    victim = tmp_path / "victim"
    victim.write_text("precious")
    for name in ("file", f".file.{os.getpid()}"):
        (tmp_path / name).symlink_to(victim)
    write_private(tmp_path / "file", content)
    assert victim.read_text() == "precious"
    written = (tmp_path / "file").read_bytes()
    assert written == (content if isinstance(content, bytes) else content.encode())
    assert stat.S_IMODE((tmp_path / "file").lstat().st_mode) == 0o600


def test_a_calendar_is_kept_in_a_private_file_under_no_link(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("precious")
    folder = tmp_path / "calendars"
    known = Calendars(folder).sessions("XNYS", UNTIL)
    (kept,) = folder.iterdir()
    kept.unlink()
    kept.symlink_to(tmp_path / "nowhere")
    kept.with_suffix(".new").symlink_to(victim)
    again = Calendars(folder).sessions("XNYS", UNTIL)
    assert again.last == known.last
    assert not kept.is_symlink()
    assert victim.read_text() == "precious"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
