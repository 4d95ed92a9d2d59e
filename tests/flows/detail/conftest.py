"""Homes of a night each, that the tests of this folder read or copy."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.flows.conftest import copied
from tests.flows.detail.homes import make_home


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a home whose sweep is kept whole."""
    return copied(tmp_path_factory, "whole", make_home)
