"""One published night for all tests of the pages, and its pages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from flows.page.folder import write_pages
from tests.flows.page.published import publish
from warehouse import Results

TODAY = date(2024, 5, 20)


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return publish(tmp_path_factory.mktemp("page"))


@pytest.fixture
def results(home: Path) -> Iterator[Results]:
    with Results.open(home / "data") as opened:
        yield opened


@pytest.fixture(scope="session")
def folder(home: Path) -> Path:
    with Results.open(home / "data") as opened:
        write_pages(opened, home / "report", TODAY)
    return home / "report"
