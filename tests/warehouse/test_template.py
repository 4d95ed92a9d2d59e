"""A new warehouse is the same whether it was built or copied, and whatever became of the file that is copied."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from flows.night import opening
from flows.night.request import Request
from flows.settings import Settings
from tests.warehouse import books
from warehouse import connection, migrations, template

FACTS = (
    "select schema_name, table_name, sql, comment from duckdb_tables() order by all",
    "select schema_name, view_name, comment, column_count from duckdb_views() where not internal order by all",
    "select * exclude (database_oid, schema_oid, table_oid) from duckdb_columns() where not internal order by all",
    "from metrics.definitions order by all",
    "select version, step, digest from ops.migrations",
)
"""What there is to know of a warehouse in which nothing has been done yet, but for the time when it was made.

Not how views are written, which DuckDB does in its own way when it copies one (1e-06 for 1e-6): what they answer, their
own tests ask of copies.
"""


def facts(folder: Path, templates: Path | None, now: datetime = books.NOW) -> dict[str, list[Any]]:
    """Open a new warehouse; what it is like."""
    with books.open_here(folder, templates=templates, clock=lambda: now) as warehouse:
        assert warehouse.rows("select applied_at from ops.migrations") == [(now,)]
        return {sql: warehouse.rows(sql) for sql in FACTS}


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, list[Any]], Path]:
    """Build a warehouse; what it is like, and the folder in which an empty one is kept since."""
    folder = tmp_path_factory.mktemp("kept")
    built = facts(tmp_path_factory.mktemp("built"), folder)
    assert [path.name for path in folder.iterdir()] == [template.kept_in(folder).name]
    return built, folder


@pytest.fixture
def built(first: tuple[dict[str, list[Any]], Path]) -> dict[str, list[Any]]:
    return first[0]


@pytest.fixture
def templates(first: tuple[dict[str, list[Any]], Path], tmp_path: Path) -> Path:
    return Path(shutil.copytree(first[1], tmp_path / "templates"))


def refuse(*_: object) -> None:
    raise AssertionError("it was built")


def test_a_copy_is_as_what_was_built(
    built: dict[str, list[Any]], templates: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert all(built.values())
    monkeypatch.setattr(migrations, "create_everything", refuse)
    monkeypatch.setattr("warehouse.ddl.surface", refuse)
    monkeypatch.setattr("warehouse.ddl.digest", lambda known=built[FACTS[-1]][0][2]: known)
    assert facts(tmp_path / "copied", templates, datetime(2031, 5, 7)) == built


def half(kept: Path) -> None:
    kept.write_bytes(kept.read_bytes()[: kept.stat().st_size // 2])


def zeros(kept: Path) -> None:
    kept.write_bytes(kept.read_bytes()[:12288] + bytes(kept.stat().st_size - 12288))


def folder(kept: Path) -> None:
    kept.unlink()
    kept.mkdir()


def another(kept: Path) -> None:
    kept.unlink()
    connection.open_work(kept).close()


def pipe(kept: Path) -> None:
    """Put what would be read for ever in its place."""
    kept.unlink()
    os.mkfifo(kept)


@pytest.mark.parametrize("spoil", [half, zeros, folder, another, pipe])
def test_what_is_kept_and_cannot_be_copied_is_no_matter(
    built: dict[str, list[Any]], templates: Path, tmp_path: Path, spoil: Callable[[Path], object]
) -> None:
    spoil(template.kept_in(templates))
    assert facts(tmp_path / "one", templates) == built


def test_where_nothing_can_be_kept_it_is_built(built: dict[str, list[Any]], tmp_path: Path) -> None:
    assert facts(tmp_path / "one", tmp_path / "missing") == built
    assert not (tmp_path / "missing").exists()


def test_what_a_full_disk_has_cut_short_does_not_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "templates"
    folder.mkdir()

    def cut_short(_: object, path: Path) -> None:
        for written in (path, path.with_name(f"{path.name}.wal")):
            written.write_bytes(b"half")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(template, "_copy_to", cut_short)
    books.open_here(tmp_path / "one", templates=folder).close()
    assert not [*folder.iterdir()]


def test_only_what_is_of_no_use_goes(templates: Path, tmp_path: Path) -> None:
    kept = template.kept_in(templates)
    kept.rename(templates / "empty-0123456789abcdef.duckdb")
    others = [templates / "mine.duckdb", templates / ".hidden"]
    for path in (templates / ".empty-ab", templates / ".empty-ab.wal", *others):
        path.touch()
    books.open_here(tmp_path / "next", templates=templates).close()
    assert {*templates.iterdir()} == {kept, *others}


def test_a_night_keeps_one_in_the_users_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SDENGINE_CACHE", str(tmp_path / "cache"))

    def open_one(name: str) -> None:
        opening.warehouse_for(Request(Settings(warehouse=tmp_path / name))).close()

    open_one("first")
    folder = tmp_path / "cache" / "templates"
    assert template.kept_in(folder).exists()
    assert not folder.stat().st_mode & 0o077, "it is its owner's alone"
    monkeypatch.setattr(migrations, "create_everything", refuse)
    open_one("second")
