"""An empty warehouse that is kept, of which new ones are copies: a tenth of the time that their 1,400 comments take.

Each comment is a statement, by which DuckDB writes what it knows of the whole table anew; there is none for several.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import schemas
from warehouse import connection, ddl
from warehouse.places import write_ahead
from warehouse.statements import literal, statement

if TYPE_CHECKING:
    import duckdb

_NAME = "template"
"""What it is called among DuckDB's databases, and in our SQL."""
_OURS = "empty-"
"""How the names of files begin that are kept, and, behind a dot, of those that are being written."""


def kept_in(folder: Path) -> Path:
    """Name the file of today's tables, views and comments, and of today's DuckDB."""
    from warehouse.client import duckdb

    made_of = [duckdb.__version__, connection.STORAGE, *map(ddl.create_table, schemas.tables()), ddl.digest()]
    return folder / f"{_OURS}{hashlib.blake2b(repr(made_of).encode(), digest_size=8).hexdigest()}.duckdb"


@contextmanager
def attached(con: duckdb.DuckDBPyConnection, kept: Path) -> Iterator[None]:
    """Have the file beside the open one while the block lasts, in which `copy` copies it."""
    con.execute(f"attach {literal(str(kept))} as {_NAME} (read_only)")
    try:
        yield
    finally:
        con.execute(f"detach {_NAME}")


def copy(con: duckdb.DuckDBPyConnection) -> None:
    """Copy all that the attached file has into the open one, which is empty."""
    con.execute(f'copy from database {_NAME} to "{_open_file(con)}"')


def keep(con: duckdb.DuckDBPyConnection, kept: Path) -> None:
    """Keep the open warehouse, in which nothing is yet, for those to come. What cannot be kept is no matter.

    The file has its name when it is whole. Others of ours are of another version, or of a process that died.
    """
    from warehouse.client import duckdb

    hidden = kept.with_name(f".{_OURS}{os.urandom(8).hex()}")
    with suppress(duckdb.Error, OSError):
        for other in [*kept.parent.glob(f"{_OURS}*"), *kept.parent.glob(f".{_OURS}*")]:
            other.unlink()
        try:
            _copy_to(con, hidden)
            os.replace(hidden, kept)
        finally:
            for left in (hidden, write_ahead(hidden)):  # of a full disk
                left.unlink(missing_ok=True)


def _copy_to(con: duckdb.DuckDBPyConnection, path: Path) -> None:
    here = _open_file(con)
    con.execute(f"attach {literal(str(path))} as {_NAME} (storage_version '{connection.STORAGE}')")
    try:
        con.execute(f'copy from database "{here}" to {_NAME}')
        con.execute(statement("migrations/forget_making"))
        con.execute(f"checkpoint {_NAME}")
    finally:
        con.execute(f"detach {_NAME}")


def _open_file(con: duckdb.DuckDBPyConnection) -> str:
    [(name,)] = con.execute(statement("migrations/open_file")).fetchall()
    return str(name)
