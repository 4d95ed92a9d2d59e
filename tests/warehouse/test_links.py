"""What is written follows no link: whatever lies behind one that was laid stays as it was."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.warehouse import books
from tests.warehouse.books import publish_a_night
from warehouse import Results, StorageFailed, Warehouse, publish
from warehouse.stamp import is_as_published

NOTES = (".results.stamp", ".results.new")
"""Where it is noted what a published file is like."""


@pytest.fixture
def victim(tmp_path: Path) -> Path:
    """Make a file that somebody holds dear."""
    (tmp_path / "victim").write_text("precious")
    return tmp_path / "victim"


@pytest.mark.parametrize("name", ["work.lock", "work.duckdb", "work.duckdb.wal", "work.duckdb.tmp"])
@pytest.mark.parametrize("dangling", [False, True])
def test_a_link_in_the_place_of_a_file_is_refused_in_a_sentence(
    tmp_path: Path, victim: Path, name: str, dangling: bool
) -> None:
    home, behind = tmp_path / "data", tmp_path / "nowhere" if dangling else victim
    home.mkdir()
    (home / name).symlink_to(behind)
    with pytest.raises(StorageFailed, match=rf"{name} is a link, and what is written here follows none: remove it"):
        books.open_here(home)
    assert victim.read_text() == "precious"
    assert not (tmp_path / "nowhere").exists()
    (home / name).unlink()
    books.open_here(home).close()


def test_a_warehouse_lies_elsewhere_by_a_link_in_place_of_its_folder(tmp_path: Path) -> None:
    (tmp_path / "big disk").mkdir()
    (tmp_path / "data").symlink_to(tmp_path / "big disk")
    books.open_here(tmp_path / "data").close()
    assert (tmp_path / "big disk" / "work.duckdb").is_file()


def test_publishing_replaces_a_link_and_writes_under_names_that_nobody_knows_before(
    warehouse: Warehouse, victim: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, seen = warehouse.directory, list[str]()
    (folder / "results.duckdb").symlink_to(victim)
    process = os.getpid()
    for name in (f".results.duckdb.{process}.tmp", f".results.duckdb.{process}.tmp.wal", *NOTES):
        (folder / name).symlink_to(victim)
    hidden = publish._hidden

    def noted(target: Path) -> Path:
        made = hidden(target)
        seen.append(made.name)
        return made

    monkeypatch.setattr(publish, "_hidden", noted)
    publish_a_night(warehouse, keep=3)
    publish_a_night(warehouse, keep=3)
    assert victim.read_text() == "precious"
    assert not [path for path in folder.iterdir() if path.is_symlink()]
    assert len(set(seen)) == len(seen) == 2
    assert is_as_published(folder / "results.duckdb")
    (folder / ".results.stamp").unlink()
    (folder / ".results.stamp").symlink_to(victim)
    assert not is_as_published(folder / "results.duckdb"), "what a link says is no note of ours"
    with Results.open(folder) as results:
        assert results.scalar("select count(*) from ops.batches where status = 'done'") >= 2


def test_the_name_of_an_older_file_is_replaced_and_not_followed(
    warehouse: Warehouse, victim: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where the disk knows no second names, and the link was laid the moment before."""
    first = publish_a_night(warehouse, keep=3)
    own = warehouse.directory / f"results-{first}.duckdb"

    def refused(source: Path, target: Path) -> None:
        own.symlink_to(victim)
        raise PermissionError("no second names here")

    monkeypatch.setattr(publish.os, "link", refused)
    publish_a_night(warehouse, keep=3)
    assert victim.read_text() == "precious"
    assert own.is_file()
    assert not own.is_symlink()
