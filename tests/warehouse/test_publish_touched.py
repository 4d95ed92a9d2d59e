"""Published files that somebody touched, copied, held open or damaged, and the notes that tell."""

import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from tests.warehouse import books
from warehouse import Results, StorageDamaged, Warehouse, publish, stamp
from warehouse.stamp import is_as_published, is_known_as
from warehouse.statements import statement


def test_a_published_file_that_somebody_touched_shows(warehouse: Warehouse) -> None:
    books.publish_a_night(warehouse)
    path = warehouse.results_path
    assert is_as_published(path)
    content = path.read_bytes()
    path.write_bytes(content[:-100_000])
    assert not is_as_published(path)
    path.write_bytes(content)
    assert is_as_published(path), "put back, it is a copy of what was published"
    with duckdb.connect(str(path)) as con:
        con.execute("update metrics.runs set final_value = 0.75")
    assert not is_as_published(path)
    path.unlink()
    assert not is_as_published(path)


def test_whether_a_file_is_of_a_batch_is_known_without_opening_it(warehouse: Warehouse) -> None:
    batch = books.publish_a_night(warehouse)
    path, surface = warehouse.results_path, warehouse.scalar(statement("night/surface"))
    assert is_known_as(path, batch, surface)
    assert not is_known_as(path, "another", surface)
    assert not is_known_as(path, batch, "other views")
    content, about = path.read_bytes(), path.stat()
    path.write_bytes(b"\xa5" * 4096 + content[4096:])
    os.utime(path, ns=(about.st_atime_ns, about.st_mtime_ns))
    assert not is_known_as(path, batch, surface), "damaged, though its size and its time are the same"
    path.unlink()
    assert not is_known_as(path, batch, surface)


def test_who_replaces_a_published_file_at_once_is_not_taken_for_the_night(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody puts another file there between its publishing and the note about it."""
    path, another = warehouse.results_path, b"what somebody has put back"

    def put_back(place: Path) -> None:
        if place == path.parent:
            path.write_bytes(another)

    monkeypatch.setattr(publish, "to_disk", put_back)
    batch = books.publish_a_night(warehouse)
    assert path.read_bytes() == another
    assert not is_known_as(path, batch, warehouse.scalar(statement("night/surface")))
    assert not is_as_published(path)


def test_a_copy_of_a_published_file_is_read_whole_once(warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    """As of a project that was copied: the same bytes, of another time."""
    books.publish_a_night(warehouse)
    path, read = warehouse.results_path, list[Path]()
    monkeypatch.setattr(stamp, "damage", lambda file: read.append(file))
    for _ in range(2):
        os.utime(path, (1_700_000_000, 1_700_000_000))
        assert is_as_published(path)
    assert read == [path], "the second time it is what its note says"
    monkeypatch.undo()
    path.write_bytes(b"\xa5" * 4096 + path.read_bytes()[4096:])
    assert not is_as_published(path)


LEAVING_A_LOG = """
import duckdb, os, sys
con = duckdb.connect(sys.argv[1])
con.execute("update metrics.runs set final_value = 0.75")
os._exit(0)
"""


def test_what_another_program_wrote_beside_a_published_file_neither_stays_nor_spoils_the_next(
    warehouse: Warehouse,
) -> None:
    """It was killed with the file open: DuckDB's log of it would be replayed on the next file, or forbid it to all."""
    books.publish_a_night(warehouse)
    path = warehouse.results_path
    log = path.with_name("results.duckdb.wal")
    subprocess.run([sys.executable, "-c", LEAVING_A_LOG, str(path)], check=True)
    assert log.exists()
    assert not is_as_published(path)
    left = log.read_bytes()
    books.publish_a_night(warehouse)
    assert not log.exists()
    assert is_as_published(path)
    with Results.open(path) as results:
        assert results.scalar("select final_value from metrics.runs") == 1014.0
    log.write_bytes(left)
    with pytest.raises(StorageDamaged, match=r"another program has left results\.duckdb\.wal: remove it, or the next"):
        Results.open(path)


HOLDING = """
import duckdb, sys
con = duckdb.connect(sys.argv[1])
print("held", flush=True)
sys.stdin.read()
"""


def test_a_night_that_another_program_holds_open_is_kept_as_an_older_one(warehouse: Warehouse) -> None:
    """Open for writing, as DuckDB's own client opens by default, it can be read by nobody else."""
    first = books.publish_a_night(warehouse)
    words = [sys.executable, "-c", HOLDING, str(warehouse.results_path)]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        batch = warehouse.ledger.start("run", "hand", "a night")
        kept = warehouse.publish(batch, keep=3).kept
        holder.communicate()
    assert kept == (warehouse.directory / f"results-{first}.duckdb",)
    with Results.open(warehouse.results_path) as results:
        assert results.scalar("select count(*) from ops.batches where batch_id = $b", {"b": batch}) == 1


def test_a_note_of_before_still_counts(warehouse: Warehouse) -> None:
    """It was without how the file begins."""
    books.publish_a_night(warehouse)
    path, note = warehouse.results_path, warehouse.directory / ".results.stamp"
    note.write_text(note.read_text().splitlines(keepends=True)[0])
    assert is_as_published(path)
    os.utime(path, (1_700_000_000, 1_700_000_000))
    assert not is_as_published(path)


def test_without_a_note_a_published_file_is_read_whole(warehouse: Warehouse) -> None:
    """As versions before left it."""
    books.publish_a_night(warehouse)
    path = warehouse.results_path
    (path.parent / ".results.stamp").unlink()
    assert is_as_published(path)
    assert (path.parent / ".results.stamp").exists(), "and noted, so that it is read once"
    (path.parent / ".results.stamp").unlink()
    with path.open("r+b") as file:
        file.seek(12288 + 5000)
        file.write(b"\xa5" * 300_000)
    assert not is_as_published(path)


def test_a_damaged_file_is_not_kept_as_an_older_night(warehouse: Warehouse) -> None:
    books.publish_a_night(warehouse)
    os.truncate(warehouse.results_path, 100_000)
    published = warehouse.publish(warehouse.ledger.start("run", "hand", "a night"), keep=3)
    assert published.kept == ()
    assert not list(warehouse.directory.glob("results-*"))
