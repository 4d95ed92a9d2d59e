"""What holds for every connection."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from warehouse import StorageFailed, early
from warehouse.connection import open_published, open_read_only, open_work
from warehouse.diff import compare
from warehouse.early import open_memory
from warehouse.kept import files_used_by
from warehouse.repair import trouble_of
from warehouse.results import published_batches
from warehouse.stamp import damage


def test_no_connection_writes_a_bar_of_progress_among_the_rows(tmp_path: Path) -> None:
    file = tmp_path / "some.duckdb"
    for opened in (lambda: open_work(file), lambda: open_published(file), lambda: open_read_only(file), open_memory):
        with opened() as con:
            assert con.execute("select current_setting('enable_progress_bar')").fetchall() == [(False,)]
            assert con.execute("select current_setting('TimeZone')").fetchall() == [("UTC",)]


def test_what_was_begun_early_is_given_once_and_settled() -> None:
    turn = sys.getswitchinterval()
    early.begin()
    early.begin()
    with open_memory() as first, open_memory() as second:
        assert first.execute("select current_setting('TimeZone')").fetchall() == [("UTC",)]
        assert first.execute("select current_setting('autoload_known_extensions')").fetchall() == [(False,)]
        first.execute("create table a (x int)")
        assert second.execute("show tables").fetchall() == []
    assert sys.getswitchinterval() == turn


def test_what_fails_early_is_told_to_whoever_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise MemoryError("no room")

    monkeypatch.setattr("_duckdb.connect", refuse)
    early.begin()
    with pytest.raises(MemoryError, match="no room"):
        open_memory()


@pytest.mark.parametrize("opening", [open_work, open_published, open_read_only])
def test_ctrl_c_while_a_file_is_opened_is_ctrl_c(
    opening: Callable[[Path], object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its client raises a bare `RuntimeError` then."""
    file = tmp_path / "some.duckdb"
    open_work(file).close()

    def end(*_: object) -> None:
        raise RuntimeError("Query interrupted")

    for name in ("settle", "open_memory"):
        monkeypatch.setattr(f"warehouse.connection.{name}", end)
    with pytest.raises(KeyboardInterrupt):
        opening(file)


READERS: dict[str, tuple[str, Callable[[Path], object]]] = {
    "two files side by side": ("warehouse.diff.open_memory", lambda file: compare(file, file)),
    "a file read whole": ("warehouse.stamp.open_memory", damage),
    "the batches of a file": ("warehouse.results.open_memory", published_batches),
    "a work file's version": ("warehouse.repair.migrations.version_of", lambda file: trouble_of(file.parent)),
    "the parts that a file uses": ("warehouse.kept.used_files", files_used_by),
}


@pytest.mark.parametrize("what", READERS)
def test_ctrl_c_while_a_file_is_read_is_ctrl_c(what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "work.duckdb"
    open_work(file).close()
    asks, read = READERS[what]

    def end(*_: object) -> None:
        raise RuntimeError("Query interrupted")

    monkeypatch.setattr(asks, end)
    with pytest.raises(KeyboardInterrupt):
        read(file)


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (duckdb.IOException("No files found"), {}),  # it cannot be read
        (duckdb.OutOfMemoryException("could not allocate block"), StorageFailed),
        (TypeError("a fault of ours"), TypeError),
    ],
)
def test_a_file_that_cannot_be_read_is_no_witness_and_no_other_fault_passes_for_one(
    error: Exception, told: dict[str, object] | type[Exception], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_work(tmp_path / "results.duckdb").close()

    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr("warehouse.results.open_memory", fail)
    if isinstance(told, dict):
        assert published_batches(tmp_path / "results.duckdb") == told
    else:
        with pytest.raises(told):
            published_batches(tmp_path / "results.duckdb")


def test_of_a_file_without_its_tables_no_part_is_known(tmp_path: Path) -> None:
    open_work(tmp_path / "results.duckdb").close()
    assert files_used_by(tmp_path / "results.duckdb") == []
    assert published_batches(tmp_path / "results.duckdb") == {}
