"""A home whose first night is over, which each test may take further."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.flows.nights import make_home, night


@pytest.fixture(scope="package")
def first_night(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the home once; nobody changes this one."""
    home = make_home(tmp_path_factory.mktemp("first"))
    night(home)
    return home


@pytest.fixture
def home(first_night: Path, tmp_path: Path) -> Path:
    """Copy it for one test."""
    return Path(shutil.copytree(first_night, tmp_path / "home"))
