"""`sdengine data` tells what the last run left, published or not; while a run is at work, what was published before."""

from datetime import date
from pathlib import Path

import pytest

from flows.results.data import data_table
from flows.results.freshest import freshest
from tests.warehouse import books
from warehouse import NoResults, Warehouse
from warehouse.connection import open_work

TODAY = date(2024, 1, 8)


def verdicts(folder: Path) -> tuple[dict[str, str], list[str]]:
    with freshest(folder, "data") as (reader, notes):
        return dict(data_table(reader, today=TODAY).select("ticker", "verdict").iter_rows()), notes


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Make a closed warehouse whose books, worked by hand, have been published."""
    with books.open_here(tmp_path) as warehouse:
        books.write(warehouse)
        warehouse.publish(warehouse.ledger.start("run", "hand"))
    return tmp_path


def doubt(warehouse: Warehouse) -> None:
    """Let validation have found something that is not published yet."""
    check = "select 'A', 'outlier', 3, 1, 'warning', 'suspect', 'a jump'"
    warehouse.rows(f"insert into clean.checks {check}")


def test_what_was_validated_is_told_before_it_is_published(folder: Path) -> None:
    before, _ = verdicts(folder)
    with books.open_here(folder) as warehouse:
        doubt(warehouse)
    now, notes = verdicts(folder)
    assert (now["A"], notes) == ("suspect", [])
    assert before["A"] != "suspect"
    with books.open_here(folder):
        published, notes = verdicts(folder)
    assert published == before
    assert "is being written by 'sdengine run'" in notes[0]
    assert notes[1] == "what follows was published before it:"


def test_before_anything_is_published_a_run_at_work_is_all_there_is_to_tell(tmp_path: Path) -> None:
    with books.open_here(tmp_path), pytest.raises(NoResults, match="nothing has been published yet"):
        verdicts(tmp_path)
    assert verdicts(tmp_path) == ({}, [])


def test_a_file_published_by_a_version_before_is_told_as_such(folder: Path) -> None:
    with open_work(folder / "results.duckdb") as con:
        con.execute("drop table raw.tickers")
        con.execute("update ops.migrations set version = 1")
    with (
        books.open_here(folder),
        pytest.raises(NoResults, match="published is of an older version; ask when the run is done"),
    ):
        verdicts(folder)
