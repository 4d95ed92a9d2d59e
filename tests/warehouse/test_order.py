"""The order of the ledger is that of its rows: neither times, nor updates, nor copies, nor a new opening change it."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from tests.warehouse import books
from tests.warehouse.story import last_batches
from warehouse import Warehouse
from warehouse.kept import kept_files, published_files
from warehouse.results import published_batches

BEGAN = datetime(2026, 1, 1)


def backwards(directory: Path, nights: int) -> list[str]:
    """Publish nights by a clock that goes a day back before each; their ids, the first one first."""
    ids = []
    for number in range(nights):
        with books.open_here(directory, clock=lambda day=number: BEGAN - timedelta(days=day)) as warehouse:
            ids.append(warehouse.ledger.start("run", "hand"))
            warehouse.ledger.record(ids[-1], "ingest")
            warehouse.publish(ids[-1], keep=2)
    return ids


def test_the_order_outlives_updates_copies_and_openings(tmp_path: Path) -> None:
    ids = backwards(tmp_path, 5)
    assert ids == sorted(ids, reverse=True), "by their times they would stand the other way round"
    assert list(published_batches(tmp_path / "results.duckdb")) == ids
    with books.open_here(tmp_path) as warehouse:
        warehouse.rows("update ops.batches set reason = repeat('long', 100), host = 'elsewhere'")
        warehouse.rows("checkpoint")
        assert last_batches(warehouse, 5)["batch_id"].to_list() == ids[::-1]


def test_older_files_are_kept_in_the_order_of_the_ledger(tmp_path: Path) -> None:
    ids = backwards(tmp_path, 5)
    kept = [path.stem.partition("-")[2] for path in kept_files(tmp_path / "results.duckdb")]
    assert kept == [ids[3], ids[2]]


def test_without_a_ledger_to_ask_the_longest_of_their_own_is_the_newest(tmp_path: Path) -> None:
    ids = backwards(tmp_path, 5)
    (tmp_path / "results.duckdb").write_bytes(b"no database")
    kept = [path.stem.partition("-")[2] for path in published_files(tmp_path)[1:]]
    assert kept == [ids[3], ids[2]]


def test_a_file_that_no_ledger_knows_is_the_oldest(tmp_path: Path) -> None:
    backwards(tmp_path, 2)
    stranger = tmp_path / "results-29990101T000000000-0000.duckdb"
    stranger.touch()
    assert kept_files(tmp_path / "results.duckdb")[-1] == stranger


def test_what_is_past_blocks_nobody(warehouse: Warehouse) -> None:
    first = warehouse.ledger.start("run", "hand")
    warehouse.publish(first)
    warehouse.rows("update ops.batches set finished_at = started_at - interval 1 hour")
    warehouse.rows("insert into ops.batches from ops.batches")
    second = warehouse.ledger.start("run", "hand")
    told = warehouse.publish(second)
    assert [remark.check for remark in told.remarks] == ["assert_key_is_unique(ops.batches)"]


def test_a_night_whose_clock_was_set_back_is_published_and_it_is_said(warehouse: Warehouse) -> None:
    batch = warehouse.ledger.start("run", "hand")
    now = warehouse.clock()
    warehouse.ledger.record(batch, "ingest", started_at=now, finished_at=now - timedelta(hours=1))
    told = warehouse.publish(batch)
    assert [remark.check for remark in told.remarks] == ["assert_batches_end_after_they_begin"]
    later = warehouse.ledger.start("run", "hand")
    assert warehouse.publish(later).remarks == ()
