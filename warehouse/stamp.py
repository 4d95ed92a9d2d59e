"""Whether a published file is as it was published: its size and time are noted beside it, and whoever differs shows.

Read whole, a file tells for certain, block by block; that takes as long as its size. The note is what a night looks at.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from warehouse.connection import open_memory, translated
from warehouse.ddl import literal
from warehouse.errors import WarehouseError
from warehouse.statements import statement

_NAME = "looked_at"


def leave_stamp(path: Path) -> None:
    """Note what the file is like now."""
    hidden = _note(path).with_suffix(".new")
    with suppress(OSError):
        hidden.write_text(_facts(path))
        os.rename(hidden, _note(path))


def is_as_published(path: Path) -> bool:
    """Tell whether the file is there and nothing has touched it since; one without a note is read whole, and noted."""
    found = as_noted(path)
    if found is None and damage(path) is None:
        leave_stamp(path)
        return True
    return bool(found)


def as_noted(path: Path) -> bool | None:
    """Tell whether the file is what its note says; None where it has none. False where there is no such file."""
    if not path.is_file():
        return False
    try:
        return _note(path).read_text() == _facts(path)
    except FileNotFoundError:
        return None
    except (OSError, UnicodeError):
        return False


def damage(path: Path) -> WarehouseError | None:
    """Read the file whole, which proves every block by its checksum; what is wrong with it, None for nothing."""
    import duckdb

    try:
        with open_memory() as con:
            con.execute(f"attach {literal(str(path))} as {_NAME} (read_only)")
            for schema, table in con.execute(statement("repair/tables"), {"file": _NAME}).fetchall():
                con.execute(f'select max(hash(t)) from {_NAME}."{schema}"."{table}" t').fetchall()
    except duckdb.Error as error:
        return translated(error, path)
    return None


def _note(path: Path) -> Path:
    return path.with_name(f".{path.stem}.stamp")


def _facts(path: Path) -> str:
    about = path.stat()
    return f"{about.st_size} bytes, written at {about.st_mtime_ns} ns\n"
