"""Receipts are one commit with what they speak of; failures leave theirs; the story can be read back."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.warehouse import books
from tests.warehouse.story import last_batches, stage_runs
from warehouse import BadRequest, Warehouse


class Clock:
    """A clock that moves a second at each look."""

    def __init__(self) -> None:
        self.now = datetime(2024, 1, 6, 2, 0, 0)

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


def test_a_batch_begins_and_ends(tmp_path: Path) -> None:
    with books.open_here(tmp_path, clock=Clock()) as warehouse:
        assert warehouse.ledger.last_batch() is None
        batch = warehouse.ledger.start("run", "sample", "first night")
        running = warehouse.ledger.last_batch()
        assert running is not None
        assert (running["status"], running["finished_at"], running["reason"]) == ("running", None, "first night")
        assert batch.startswith("20240106T0200")
        warehouse.ledger.finish(batch)
        done = warehouse.ledger.last_batch()
        assert done is not None
        assert (done["status"], done["reason"]) == ("done", "first night")
        assert done["finished_at"] > done["started_at"]
        assert '"duckdb"' in done["versions"]


def test_batches_sort_by_time_and_the_newest_comes_first(tmp_path: Path) -> None:
    with books.open_here(tmp_path) as warehouse:
        ids = [warehouse.ledger.start("run", "sample") for _ in range(5)]
        assert [name[:18] for name in ids] == sorted(name[:18] for name in ids)
        assert last_batches(warehouse, 2)["batch_id"].to_list() == [ids[4], ids[3]]


def test_a_stage_commits_rows_and_receipts_together(warehouse: Warehouse) -> None:
    batch = warehouse.ledger.start("run", "hand")
    with warehouse.ledger.stage(batch, "validate") as receipt:
        receipt.rows += warehouse.replace("clean.bars", books.bars()[:2])
        receipt.reason = "new bars"
        receipt.item("A", reason="new bars", rows=2)
        receipt.item("B", status="failed", error="no bars")
    story = stage_runs(warehouse, batch)
    assert story.select("item", "status", "rows", "error").rows() == [
        ("A", "done", 2, None),
        ("B", "failed", 0, "no bars"),
        (None, "done", 2, None),
    ]
    assert warehouse.count("clean.bars") == 2


def test_a_stage_that_fails_leaves_only_its_receipt(warehouse: Warehouse) -> None:
    batch = warehouse.ledger.start("run", "hand")

    def broken() -> None:
        with warehouse.ledger.stage(batch, "validate") as receipt:
            receipt.item("A")
            warehouse.delete("clean.bars", None)
            raise ValueError("the rule is broken")

    with pytest.raises(ValueError, match="the rule is broken"):
        broken()
    [line] = stage_runs(warehouse, batch).rows(named=True)
    assert (line["stage"], line["item"], line["status"]) == ("validate", None, "failed")
    assert line["error"] == "ValueError: the rule is broken"
    assert warehouse.count("clean.bars") == 5


def test_the_nights_can_be_read_as_one_line_a_stage(warehouse: Warehouse) -> None:
    batch = warehouse.ledger.start("run", "hand")
    facts = [{"stage": "ingest", "item": name, "status": status} for name, status in (("A", "done"), ("B", "failed"))]
    warehouse.ledger.record_many(batch, [*facts, {"stage": "ingest", "rows": 7, "seconds": 1.5}])
    columns = "stage, status, items_done, items_skipped, items_failed, rows, seconds"
    found = warehouse.rows(f"select {columns} from ops.nights where batch_id = ?", [batch])
    assert found == [("ingest", "done", 1, 0, 1, 7, 1.5)]


def test_nonsense_is_refused(warehouse: Warehouse) -> None:
    batch = warehouse.ledger.start("run", "hand")
    with pytest.raises(BadRequest, match="'running', allowed are done, failed"):
        warehouse.ledger.finish(batch, "running")
    with pytest.raises(BadRequest, match="no batch 'other'"):
        warehouse.ledger.finish("other")
    with pytest.raises(BadRequest, match="'ok', allowed are done, skipped, failed"):
        warehouse.ledger.record(batch, "ingest", status="ok")
    with pytest.raises(BadRequest, match="has no row; it has stage, item"):
        warehouse.ledger.record(batch, "ingest", row=1)
