"""Nights that the tests of the verbs share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.flows.cli.home import two_nights


@pytest.fixture(scope="package")
def nights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Run two nights once for all that only read them."""
    return two_nights(tmp_path_factory.mktemp("nights"))
