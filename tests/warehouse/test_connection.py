"""What holds for every connection."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from warehouse import early
from warehouse.connection import open_published, open_read_only, open_work
from warehouse.early import open_memory


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
