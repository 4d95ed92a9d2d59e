"""One finished set of books, made once and copied for each test that wants to spoil it."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.warehouse import books
from warehouse import Warehouse


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a closed warehouse that holds the hand-made books and one batch that is running no more."""
    directory = tmp_path_factory.mktemp("finished")
    with books.open_here(directory) as warehouse:
        books.write(warehouse)
        warehouse.ledger.finish(warehouse.ledger.start("run", "hand", "first"))
    return directory


@pytest.fixture
def warehouse(finished: Path, tmp_path: Path) -> Iterator[Warehouse]:
    """Open a warehouse with the hand-made books, the test's own."""
    shutil.copytree(finished, tmp_path / "w")
    with books.open_here(tmp_path / "w") as opened:
        yield opened
