"""A home that each test may spoil, and the command in its hands."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.flows.doors.calling import Call, caller
from tests.flows.nights import night


@pytest.fixture(scope="session")
def sound(first_night: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a home with a night behind it, and an older published file kept."""
    home = Path(shutil.copytree(first_night, tmp_path_factory.mktemp("sound") / "home"))
    night(home, force=True)
    return home


@pytest.fixture
def home(sound: Path, tmp_path: Path) -> Path:
    """Copy the sound home."""
    shutil.copytree(sound, tmp_path / "home")
    return tmp_path / "home"


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Call:
    """Call the command: `call(home, "run", "--direct")`."""
    return caller(monkeypatch, capfd)
