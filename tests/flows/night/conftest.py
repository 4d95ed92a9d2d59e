"""A home whose first night is over, which each test may take further."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest


@pytest.fixture
def home(first_night: Path, tmp_path: Path) -> Path:
    """Copy it for one test."""
    return Path(shutil.copytree(first_night, tmp_path / "home"))
