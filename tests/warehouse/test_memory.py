"""Memory that runs out is told as that, whoever met it, and what was stored before is untouched."""

from __future__ import annotations

import errno
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from types import SimpleNamespace

import polars as pl
import pytest

from tests.warehouse import books
from warehouse import StorageFailed, Warehouse, work
from warehouse.connection import clear_errors, clear_queries
from warehouse.memory import gave_up, in_words, ran_out
from warehouse.stamp import damage

PANIC = type("PanicException", (BaseException,), {})
"""As polars has it: no `Exception`."""


def caused(error: Exception, cause: Exception) -> Exception:
    error.__cause__ = cause
    return error


OF_MEMORY = [
    MemoryError(),
    ImportError("libarrow.so: failed to map segment from shared object"),
    OSError(errno.ENOMEM, "Cannot allocate memory"),
    RuntimeError("can't start new thread"),
    caused(OSError("Could not find/load shared object file 'libllvmlite.so'"), OSError("failed to map segment from")),
]
OF_SOMETHING_ELSE = [
    ImportError("No module named 'pandas'"),
    OSError(errno.ENOSPC, "No space left on device"),
    RuntimeError("generator raised StopIteration"),
    ValueError("out of memory, says a file that was read"),
]


@pytest.mark.parametrize("error", OF_MEMORY, ids=str)
def test_each_library_has_its_own_words_for_it(error: Exception) -> None:
    assert ran_out(error)
    assert in_words(error).startswith("memory ran out; what was stored")
    told = pytest.raises(StorageFailed, match=r"^some\.duckdb: memory ran out; what was stored .* untouched$")
    with told, clear_errors(Path("some.duckdb")):
        raise error


@pytest.mark.parametrize("error", OF_SOMETHING_ELSE, ids=str)
def test_other_troubles_keep_their_own_words(error: Exception) -> None:
    assert not ran_out(error)
    assert in_words(error) == str(error)


def test_what_tells_nothing_is_told_by_its_name() -> None:
    assert in_words(KeyError()) == "KeyError"


@pytest.mark.parametrize("clear", [clear_errors, clear_queries])
def test_where_polars_gives_up_it_is_a_sentence(clear: Callable[[Path], AbstractContextManager[None]]) -> None:
    panic = PANIC("could not spawn threads\nnote: run with RUST_BACKTRACE=1")
    assert gave_up(panic)
    with (
        pytest.raises(StorageFailed, match=r"polars gave up \(could not spawn threads\), as it does where memory ends"),
        clear(Path("some.duckdb")),
    ):
        raise panic


def test_a_polars_that_was_not_loaded_whole_is_told_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    """It passes over what of it cannot be loaded, as there was no memory for it, and breaks where that is needed."""
    from polars._utils import pycapsule

    monkeypatch.delattr(pycapsule, "PySeries")
    told = pytest.raises(StorageFailed, match=r"polars gave up \(name 'PySeries' is not defined\), as it does where")
    with told, clear_errors(Path("some.duckdb")):
        pycapsule.pycapsule_to_frame(pl.DataFrame({"n": [1]}))
    assert not gave_up(NameError("name 'ours' is not defined"))


def test_a_night_that_needs_more_than_duckdb_may_have_keeps_what_was_stored(tmp_path: Path) -> None:
    with books.open_here(tmp_path) as warehouse:
        books.write(warehouse)
        before = warehouse.read("clean.bars")
    with Warehouse.open(tmp_path, memory_limit="30MB", threads=1) as few:
        told = pytest.raises(StorageFailed, match=r"work\.duckdb: memory ran out; what was stored and published before")
        with told, few.transaction():
            few.delete("clean.bars", None)
            few.rows("select string_agg(repeat('x', 1000), '') from range(100_000)")
    with books.open_here(tmp_path) as warehouse:
        assert warehouse.read("clean.bars").equals(before)


def test_a_file_that_there_is_no_memory_for_is_not_called_damaged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that a repair does not pass over it, nor a night drop it."""
    import duckdb

    def no_room() -> None:
        raise duckdb.OutOfMemoryException("Out of Memory Error: Failed to allocate block of 262144 bytes")

    monkeypatch.setattr("warehouse.stamp.open_memory", no_room)
    with pytest.raises(StorageFailed, match="memory ran out"):
        damage(tmp_path / "results.duckdb")


@pytest.mark.parametrize("held", ["2MB", "1KB"], ids=["as much as may be", "more than can be"])
def test_what_is_written_leaves_memory_and_the_transaction_as_it_is(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch, held: str
) -> None:
    def in_memory() -> int:
        return int(warehouse.scalar("select sum(memory_usage_bytes) from duckdb_memory()"))

    monkeypatch.setattr(work, "HELD", held)
    limit = warehouse.scalar("select current_setting('memory_limit')")
    warehouse.rows("create table raw.many (i bigint, other ubigint)")
    with warehouse.transaction():
        warehouse.rows("insert into raw.many select i, hash(i) from range(500_000) as numbers (i)")
        assert in_memory() > 4_000_000, "half a million hashes, of 8 bytes each"
        warehouse.spare_memory()
        assert in_memory() < 2_000_000
        assert warehouse.scalar("select current_setting('memory_limit')") == limit
    assert warehouse.rows("select count(*), sum(i) from raw.many") == [(500_000, 499_999 * 250_000)]


def test_the_limit_of_memory_is_as_before_after_ctrl_c_while_it_stands_lower(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Stopped:
        """A connection during whose first statement Ctrl-C comes."""

        def __init__(self) -> None:
            self.con, self.asked = con.cursor(), 0

        def __enter__(self) -> Stopped:
            return self

        def __exit__(self, *_: object) -> None:
            self.con.close()

        def execute(self, sql: str) -> None:
            self.con.execute(sql)
            self.asked += 1
            if self.asked == 1:
                raise KeyboardInterrupt

    con = warehouse._con
    limit = warehouse.scalar("select current_setting('memory_limit')")
    monkeypatch.setattr(warehouse, "_con", SimpleNamespace(cursor=Stopped))
    with pytest.raises(KeyboardInterrupt):
        warehouse.spare_memory()
    monkeypatch.undo()
    assert warehouse.scalar("select current_setting('memory_limit')") == limit
