"""A copy as it is has every byte of the file that DuckDB has open, and leaves DuckDB's lock alone."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import warehouse.duplicate as place
from warehouse import Results, Warehouse, publish
from warehouse.duplicate import DESCRIPTORS, duplicate

needs_descriptors = pytest.mark.skipif(not DESCRIPTORS.is_dir(), reason="descriptors are found in /proc")


@needs_descriptors
def test_every_byte_is_copied_and_the_file_stays_locked(tmp_path: Path) -> None:
    with Warehouse.open(tmp_path) as warehouse:
        warehouse.rows("checkpoint")
        assert duplicate(warehouse.path, tmp_path / "copy")
        assert (tmp_path / "copy").read_bytes() == warehouse.path.read_bytes()
    # read_bytes has opened and closed the file in this process: only a fresh opening tells of the lock
    with Warehouse.open(tmp_path) as warehouse:
        assert duplicate(warehouse.path, tmp_path / "second")
        other = f"import duckdb; duckdb.connect({str(warehouse.path)!r})"
        told = subprocess.run([sys.executable, "-c", other], capture_output=True, text=True, check=False)
        assert "Conflicting lock" in told.stderr


def test_where_no_descriptor_can_be_found_nothing_is_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(place, "DESCRIPTORS", tmp_path / "no such folder")
    with Warehouse.open(tmp_path) as warehouse:
        assert not duplicate(warehouse.path, tmp_path / "copy")
    assert not (tmp_path / "copy").exists()


def test_little_that_is_free_is_copied_along(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copied = list[Path]()

    def copy(source: Path, target: Path) -> bool:
        copied.append(target)
        return duplicate(source, target)

    monkeypatch.setattr(publish, "FULL", 2.0)  # no file is
    monkeypatch.setattr(publish, "duplicate", copy)
    with Warehouse.open(tmp_path) as warehouse:
        warehouse.publish(warehouse.ledger.start("run", "sample"))
        assert len(copied) == 1
        monkeypatch.setattr(publish, "SPARE", -1)
        warehouse.publish(warehouse.ledger.start("run", "sample"))
        assert len(copied) == 1, "more than is spared is free: table by table"


@pytest.mark.parametrize("full", [0.0, 2.0], ids=["as it is", "compact"])
def test_both_ways_publish_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, full: float) -> None:
    monkeypatch.setattr(publish, "FULL", full)
    monkeypatch.setattr(publish, "SPARE", -1)
    with Warehouse.open(tmp_path) as warehouse:
        batch = warehouse.ledger.start("run", "sample")
        warehouse.publish(batch, reason="because")
        tables = warehouse.rows("select count(*) from duckdb_tables() where not internal")
    with Results.open(tmp_path) as results:
        assert results.rows("select batch_id, status, reason from ops.batches") == [(batch, "done", "because")]
        counted = "select count(*) from duckdb_tables() where database_name = 'published'"
        assert results.rows(counted) == tables
