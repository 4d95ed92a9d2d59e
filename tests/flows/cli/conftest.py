"""Nights that the tests of the verbs share, and one command for all that call it in this process."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import typer.testing

from tests.flows.cli.home import two_nights
from tests.flows.conftest import copied


@pytest.fixture(scope="package")
def nights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Run two nights once for all that only read them."""
    return copied(tmp_path_factory, "nights", two_nights)


@pytest.fixture(scope="package", autouse=True)
def made_once() -> Iterator[None]:
    """Make the command of an app once, and not for each call: that takes longer than most answers."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(typer.testing, "_get_command", cache(typer.main.get_command))
        yield
