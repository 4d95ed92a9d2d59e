"""What lies in the place of a file of ours and is none is told, and not opened: a pipe would be waited for for ever."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.warehouse import books
from tests.warehouse.books import publish_a_night
from warehouse import Results, StorageDamaged, Warehouse
from warehouse.kept import kept_files
from warehouse.results import published_batches
from warehouse.stamp import damage

KINDS: dict[str, Callable[[Path], None]] = {"pipe": os.mkfifo, "folder": Path.mkdir}


@pytest.fixture(params=KINDS)
def lay(request: pytest.FixtureRequest) -> Callable[[Path], None]:
    """Give what lays something that is no file."""
    return KINDS[request.param]


@pytest.mark.parametrize("name", ["work.duckdb", "work.duckdb.wal"])
def test_no_file_is_opened_for_writing(tmp_path: Path, name: str, lay: Callable[[Path], None]) -> None:
    lay(tmp_path / name)
    if name == "work.duckdb" and not stat.S_ISDIR((tmp_path / name).stat().st_mode):
        books.open_here(tmp_path).close()  # nothing was published: it takes the place of what is empty
        return
    with pytest.raises(StorageDamaged, match=rf"{name} is no file, but a folder, a pipe or a device: move"):
        books.open_here(tmp_path)


@pytest.mark.parametrize("name", ["results.duckdb", "results.duckdb.wal"])
def test_no_file_is_read(warehouse: Warehouse, name: str, lay: Callable[[Path], None]) -> None:
    publish_a_night(warehouse)
    results = warehouse.results_path
    (warehouse.directory / name).unlink(missing_ok=True)
    lay(warehouse.directory / name)
    with pytest.raises(StorageDamaged, match=rf"{name} is no file"):
        Results.open(warehouse.directory)
    assert f"{name} is no file" in str(damage(results))
    assert published_batches(results) == {}


def test_a_pipe_gives_way_to_what_is_published_and_a_folder_is_told(warehouse: Warehouse) -> None:
    os.mkfifo(warehouse.results_path)
    publish_a_night(warehouse)
    assert warehouse.results_path.is_file()
    warehouse.results_path.unlink()
    warehouse.results_path.mkdir()
    with pytest.raises(StorageDamaged, match=r"results\.duckdb is no file"):
        publish_a_night(warehouse)


def test_no_file_is_kept_as_an_older_night(warehouse: Warehouse, lay: Callable[[Path], None]) -> None:
    lay(warehouse.directory / "results-older.duckdb")
    publish_a_night(warehouse)
    assert kept_files(warehouse.results_path) == []
