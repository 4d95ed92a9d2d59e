"""The only place where DuckDB is connected to, with the settings that all of its uses share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from warehouse.errors import NoResults, QueryRefused, StorageFailed, WarehouseError, WarehouseLocked
from warehouse.links import refuse_links

if TYPE_CHECKING:
    import duckdb

STORAGE = "v1.4.0"
"""Storage format of every file we write: DuckDB 1.4 clients still open it, at the same size and speed."""

_SHARED: dict[str, Any] = {
    "autoinstall_known_extensions": False,  # a missing extension fails at once instead of asking the network
    "autoload_known_extensions": False,
}
_BESIDE = (".wal", ".tmp")
"""What DuckDB writes beside a file: its log, and a folder for what does not fit into memory."""
_INTERRUPTED = "Query interrupted"
_NOT_A_DATABASE = ("not a valid duckdb database", "checksum", "serialization", "corrupt")


def open_work(path: Path, *, threads: int | None = None, memory_limit: str | None = None) -> duckdb.DuckDBPyConnection:
    """Open the writing connection to `path`, which is created where it is missing.

    WarehouseLocked where another program has the file open (the message is DuckDB's and names the process);
    StorageFailed where the file cannot be created, written or understood, or is a link.
    """
    import duckdb

    refuse_links(path, *(path.with_name(path.name + more) for more in _BESIDE))
    config = {**_SHARED, "storage_compatibility_version": STORAGE}
    config |= {"threads": threads} if threads is not None else {}
    config |= {"memory_limit": memory_limit} if memory_limit is not None else {}
    try:
        con = duckdb.connect(str(path), config=config)
        con.execute("set TimeZone = 'UTC'")
        con.execute("set preserve_insertion_order = true")
    except duckdb.Error as error:
        raise translated(error, path) from error
    return con


def open_published(path: Path) -> duckdb.DuckDBPyConnection:
    """Open a reading connection to a published file: no writes, no files, no network, no way to change that.

    NoResults where there is no file. DuckDB shares one instance per file and process: while an earlier connection of
    this process is open, a new one sees the same, older state.
    """
    import duckdb

    if not path.is_file():
        if others := sorted(file.name for file in path.parent.glob("results*.duckdb")):
            raise NoResults(f"there is no published file {path}; beside it lie {', '.join(others)}")
        raise NoResults(f"no published results at {path}: nothing has been published yet; run 'sdengine run' first")
    config = {**_SHARED, "enable_external_access": False}
    try:
        con = duckdb.connect(str(path), read_only=True, config=config)
        con.execute("set TimeZone = 'UTC'")
        con.execute("set lock_configuration = true")
    except duckdb.Error as error:
        raise translated(error, path) from error
    return con


def open_memory() -> duckdb.DuckDBPyConnection:
    """Open a connection to no file, to which files are attached read-only."""
    import duckdb

    con = duckdb.connect(config=dict(_SHARED))
    con.execute("set TimeZone = 'UTC'")
    return con


@contextmanager
def clear_errors(path: Path) -> Iterator[None]:
    """Turn DuckDB's and the system's complaints about the disk into ours; everything else passes as it is.

    Ctrl-C in the middle of a statement reaches us as a bare RuntimeError: it becomes KeyboardInterrupt again.
    """
    import duckdb

    try:
        yield
    except (duckdb.IOException, duckdb.FatalException, duckdb.TransactionException, duckdb.InternalException) as error:
        raise translated(error, path) from error
    except RuntimeError as error:
        if str(error) == _INTERRUPTED:
            raise KeyboardInterrupt from error
        raise
    except OSError as error:
        raise StorageFailed(f"{path}: {error.strerror or error}; what was published before is untouched") from error


@contextmanager
def clear_queries() -> Iterator[None]:
    """Turn DuckDB's complaints about a reader's query into QueryRefused, and its stop at Ctrl-C into Ctrl-C."""
    import duckdb

    try:
        yield
    except duckdb.Error as error:
        raise refused(error) from None
    except RuntimeError as error:
        if str(error) == _INTERRUPTED:
            raise KeyboardInterrupt from None
        raise


def translated(error: Exception, path: Path) -> WarehouseError:
    """Our error for one of DuckDB's that is about the file `path`."""
    first = str(error).strip().splitlines()[0]
    if "transaction is aborted" in first.lower():
        return WarehouseError(
            f"an earlier statement of this transaction has failed, so the whole of it is undone: {first}"
        )
    if "Conflicting lock" in first or "Could not set lock" in first:
        return WarehouseLocked(f"{path} is open in another program, which keeps everyone else out: {first}")
    if any(word in first.lower() for word in _NOT_A_DATABASE):
        return StorageFailed(f"{path} cannot be read as a DuckDB file: {first}")
    return StorageFailed(f"{path} could not be written or read: {first}; what was published before is untouched")


def refused(error: Exception) -> QueryRefused:
    """Say what DuckDB says of a query that it turned down: the sentence, what it was near to, the place in the line."""
    import duckdb

    _, _, named = str(error).strip().partition("Error: ")
    lines = (named or str(error).strip()).expandtabs(4).splitlines()
    text = "\n".join(line for line in lines if line.strip())
    if "read-only mode" in text:
        return QueryRefused(f"results are read-only: {text}")
    if isinstance(error, duckdb.PermissionException) or "configuration has been locked" in text:
        return QueryRefused(f"results are opened without access to files, extensions or settings: {text}")
    return QueryRefused(text)
