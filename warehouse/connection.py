"""The only place where DuckDB is connected to, with the settings that all of its uses share."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from warehouse.early import SHARED, open_memory, settle
from warehouse.errors import (
    NoResults,
    QueryRefused,
    StorageDamaged,
    StorageFailed,
    WarehouseError,
    WarehouseLocked,
)
from warehouse.links import refuse_links, refuse_no_file
from warehouse.memory import NO_MEMORY, gave_up, in_words, ran_out
from warehouse.parts import lay_open, what_parts_lack
from warehouse.places import RESULTS, WORK, others_beside, write_ahead
from warehouse.statements import literal

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

STORAGE = "v1.4.0"
"""Storage format of every file we write: DuckDB 1.4 clients still open it, at the same size and speed."""

_BESIDE = (".wal", ".tmp")
"""What DuckDB writes beside a file: its log, and a folder for what does not fit into memory."""
PUBLISHED = "published"
"""The name of the opened file among DuckDB's databases."""
_INTERRUPTED = "Query interrupted"
_NOT_A_DATABASE = (
    "not a valid duckdb database",
    "checksum",
    "serialization",
    "corrupt",
    "could not read enough bytes",
    "replaying wal",
    "this wal was created",  # for another file, or an older one
)
_REMEDIES = {
    WORK: "; `sdengine repair` builds it anew from what was published",
    RESULTS: "; the next `sdengine run` publishes it anew",
}
_POLL_SECONDS = 0.1


def open_work(
    path: Path, *, threads: int | None = None, memory_limit: str | None = None, until: float = 0.0
) -> duckdb.DuckDBPyConnection:
    """Open the writing connection to `path`, which is created where it is missing.

    While another program has the file open, wait until the clock that only grows says `until`; then WarehouseLocked
    (the message is DuckDB's and names the process). StorageFailed where the file cannot be created or written, or is a
    link, StorageDamaged where it cannot be understood.
    """
    while True:
        try:
            return _open_work(path, threads, memory_limit)
        except WarehouseLocked:
            if time.monotonic() >= until:
                raise
            time.sleep(_POLL_SECONDS)


def _open_work(path: Path, threads: int | None, memory_limit: str | None) -> duckdb.DuckDBPyConnection:
    from warehouse.client import duckdb

    refuse_links(path, *(path.with_name(path.name + more) for more in _BESIDE))
    refuse_no_file(path, write_ahead(path))
    config = {**SHARED, "storage_compatibility_version": STORAGE}
    config |= {"threads": threads} if threads is not None else {}
    config |= {"memory_limit": memory_limit} if memory_limit is not None else {}
    with clear_opening(path):
        con = duckdb.connect(str(path), config=config)
        settle(con)
        con.execute("set preserve_insertion_order = true")
    return con


def open_published(
    path: Path, brought: Mapping[str, pa.Table] | None = None, threads: int | None = None
) -> duckdb.DuckDBPyConnection:
    """Open a reading connection to a published file: no writes, no files, no network, no way to change that.

    `brought`: rows to lie beside those of the file's tables of `backtest`, see `warehouse.brought`; with it, even
    empty, parts that are missing are left out, see `warehouse.parts`. NoResults where there is no file. The file is
    attached to a database in memory: were it opened itself, DuckDB would share one instance per file and process, in
    which a second reader could set nothing, and would see what the first one sees, however old.
    """
    refuse_no_file(path, write_ahead(path))
    if not path.exists():
        if others := others_beside(path):
            raise NoResults(f"there is no published file {path}{others}")
        raise NoResults(f"no published results at {path}: nothing has been published yet; `sdengine run` does that")
    with clear_opening(path):
        con = open_memory(threads)
        con.execute(f"attach {literal(str(path))} as {PUBLISHED} (read_only)")
        con.execute(f"use {PUBLISHED}")
        parts = lay_open(con, PUBLISHED, path.parent, needed=brought is None)
        if brought is not None or parts:
            from warehouse.brought import lay_beside

            lay_beside(con, PUBLISHED, brought or {}, parts)
        con.execute("set enable_external_access = false")
        con.execute("set lock_configuration = true")
    return con


def open_read_only(path: Path) -> duckdb.DuckDBPyConnection:
    """Open a connection that reads a file as it is, whatever it is; a WarehouseError where that cannot be."""
    from warehouse.client import duckdb

    refuse_no_file(path, write_ahead(path))
    with clear_opening(path):
        con = duckdb.connect(str(path), read_only=True, config=dict(SHARED))
        settle(con)
    return con


@contextmanager
def ended_by_ctrl_c() -> Iterator[None]:
    """Have Ctrl-C in a statement, which reaches us as an error of DuckDB's or a bare RuntimeError, be Ctrl-C again."""
    from warehouse.client import duckdb

    try:
        yield
    except duckdb.InterruptException as error:
        raise KeyboardInterrupt from error
    except RuntimeError as error:
        if str(error) == _INTERRUPTED:
            raise KeyboardInterrupt from error
        raise


@contextmanager
def clear_opening(path: Path) -> Iterator[None]:
    """Turn all that DuckDB says while it opens a file into ours: whatever it was asked then is about the file."""
    from warehouse.client import duckdb

    try:
        with ended_by_ctrl_c():
            yield
    except duckdb.Error as error:
        raise translated(error, path) from error
    except RuntimeError as error:
        _raise_clearer(error, path)
        raise


@contextmanager
def clear_errors(path: Path) -> Iterator[None]:
    """Turn what DuckDB and the system say of the file, the disk or the memory into ours.

    What DuckDB says of a statement passes as it is: ours are right, or we are at fault.
    """
    from warehouse.client import duckdb

    try:
        with ended_by_ctrl_c():
            yield
    except duckdb.Error as error:
        if _is_about_a_statement(error):
            raise
        raise translated(error, path) from error
    except OSError as error:
        raise storage_failed(error, path) from error
    except BaseException as error:
        _raise_clearer(error, path)
        raise


def storage_failed(error: OSError, path: Path) -> StorageFailed:
    """Our error for one of the system's about the file `path`."""
    if ran_out(error):
        return StorageFailed(f"{path}: {NO_MEMORY}")
    return StorageFailed(f"{path}: {error.strerror or error}; what was published before is untouched")


def _raise_clearer(error: BaseException, path: Path) -> None:
    """Raise ours in the place of what a library says that had no memory; do nothing for others."""
    if gave_up(error) or (isinstance(error, Exception) and ran_out(error)):
        raise StorageFailed(f"{path}: {in_words(error)}") from error


def _is_about_a_statement(error: Exception) -> bool:
    """Tell whether DuckDB complains about what it was asked, and not about the file that it was asked of."""
    from warehouse.client import duckdb

    kinds = (duckdb.ProgrammingError, duckdb.DataError, duckdb.IntegrityError, duckdb.NotSupportedError)
    return isinstance(error, (*kinds, duckdb.DependencyException, duckdb.PermissionException))


@contextmanager
def clear_queries(path: Path) -> Iterator[None]:
    """Turn DuckDB's complaints about a reader's query into QueryRefused, in one sentence; about the file, into ours."""
    from warehouse.client import duckdb

    try:
        with ended_by_ctrl_c():
            yield
    except duckdb.Error as error:
        if lacking := what_parts_lack(error):
            raise QueryRefused(lacking) from error
        if _is_damage(error) or is_memory(error):
            raise translated(error, path) from error
        raise refused(error) from None
    except UnicodeError as error:
        raise QueryRefused("the query holds bytes that are no text") from error
    except BaseException as error:
        _raise_clearer(error, path)
        if not type(error).__module__.startswith("polars"):
            raise
        first = str(error).splitlines()[0]
        raise QueryRefused(f"a column of the answer fits no frame ({first}): write it as column::varchar") from error


def translated(error: Exception, path: Path) -> WarehouseError:
    """Our error for one of DuckDB's that is about the file `path`."""
    first = (str(error).strip().splitlines() or [type(error).__name__])[0].partition(" See also")[0]
    if "transaction is aborted" in first.lower():
        return WarehouseError(
            f"an earlier statement of this transaction has failed, so the whole of it is undone: {first}"
        )
    if "Conflicting lock" in first or "Could not set lock" in first:
        return WarehouseLocked(f"{path} is open in another program, which keeps everyone else out: {first}")
    if _is_damage(error):
        remedy = _REMEDIES.get(path.name, "")
        if path.name != WORK and write_ahead(path).exists():
            remedy = f"; another program has left {write_ahead(path).name}: remove it{remedy.replace(';', ', or', 1)}"
        return StorageDamaged(f"{path} cannot be read as a DuckDB file: {first}{remedy}")
    if is_memory(error):
        return StorageFailed(f"{path}: {NO_MEMORY}: {first}")
    return StorageFailed(f"{path} could not be written or read: {first}; what was published before is untouched")


def is_memory(error: Exception) -> bool:
    """Tell whether DuckDB had no memory for what it was asked."""
    from warehouse.client import duckdb

    return isinstance(error, duckdb.OutOfMemoryException) or "failed to allocate" in str(error).lower()


def _is_damage(error: Exception) -> bool:
    """Tell whether DuckDB cannot understand a file."""
    return any(word in str(error).lower() for word in _NOT_A_DATABASE)


def refused(error: Exception) -> QueryRefused:
    """Say what DuckDB says of a query that it turned down: the sentence, what it was near to, the place in the line."""
    from warehouse.client import duckdb

    _, _, named = str(error).strip().partition("Error: ")
    lines = (named or str(error).strip()).expandtabs(4).splitlines()
    text = "\n".join(line for line in lines if line.strip())
    if "read-only mode" in text:
        return QueryRefused(f"results are read-only: {text}")
    if isinstance(error, duckdb.PermissionException) or "configuration has been locked" in text:
        return QueryRefused(f"results are opened without access to files, extensions or settings: {text}")
    return QueryRefused(text)
