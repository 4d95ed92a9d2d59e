"""Whether a published file is as it was published: its size and time are noted beside it, and whoever differs shows.

Read whole, a file tells for certain, block by block; that takes as long as its size. The note is what a night looks at.
It also has a hash of how the file begins, where DuckDB counts each time that it writes: by that a copy of the file,
which has another time, is told from one that somebody has written to.
"""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from pathlib import Path

from warehouse.connection import ended_by_ctrl_c, is_memory, translated
from warehouse.ddl import literal
from warehouse.early import open_memory
from warehouse.errors import WarehouseError
from warehouse.interrupting import interruptible
from warehouse.links import refuse_no_file
from warehouse.places import write_ahead
from warehouse.statements import statement

_NAME = "looked_at"
_BATCH = "batch "
_SURFACE = "surface "
_HEADERS = 3 * 4096
"""Bytes of DuckDB's headers: of the format, and two that take turns."""


def leave_stamp(path: Path, about: str) -> None:
    """Note what `stamp_of` has told of the file. A link in the note's place is not followed."""
    hidden = _note(path).with_suffix(".new")
    with suppress(OSError):
        hidden.unlink(missing_ok=True)
        with os.fdopen(os.open(hidden, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(about)
        os.rename(hidden, _note(path))


def stamp_of(path: Path, batch_id: str = "", surface: str = "") -> str:
    """Tell what the file is like now, and by which batch and with which views it was published, where that is known.

    A file to be published is asked before it has its name: from then on it may be another.
    """
    batch = f"{_BATCH}{batch_id}\n" if batch_id else ""
    views = f"{_SURFACE}{surface}\n" if surface else ""
    return f"{_facts(path)}{batch}{views}{_beginning(path)}"


def is_as_published(path: Path) -> bool:
    """Tell whether the file is there and nobody has written to it since; a copy is read whole, and noted."""
    if as_noted(path):
        return True
    if may_be_a_copy(path) and damage(path) is None:
        with suppress(OSError):
            leave_stamp(path, stamp_of(path))
        return True
    return False


def as_noted(path: Path) -> bool | None:
    """Tell whether the file is what its note says; None where it has none. False where there is no such file."""
    if not path.is_file():
        return False
    if write_ahead(path).exists():  # another program's: readers see what it has written, or nothing
        return False
    noted = _noted(path)
    return None if noted is None else noted.startswith(_facts(path))


def may_be_a_copy(path: Path) -> bool:
    """Tell whether the file has another time than its note says and no other difference that shows, or has no note."""
    same = as_noted(path)
    if same is not False or not path.is_file() or write_ahead(path).exists():
        return same is None
    size, noted = _facts(path).partition(",")[0], _noted(path) or ""
    return noted.startswith(f"{size},") and noted.endswith(_beginning(path))


def is_known_as(path: Path, batch_id: str, surface: str) -> bool:
    """Tell without opening it whether the file is as this batch published it, with these views; False: not certain."""
    with suppress(OSError):
        return bool(as_noted(path)) and _noted(path) == stamp_of(path, batch_id, surface)
    return False


def noted_batch(path: Path) -> str | None:
    """Name the batch that has published a file that is as it was published, be it that it cannot be opened now."""
    lines = (_noted(path) or "").splitlines() if as_noted(path) else []
    return next((line.removeprefix(_BATCH) for line in lines if line.startswith(_BATCH)), None)


def damage(path: Path) -> WarehouseError | None:
    """Read the file whole, which proves every block by its checksum; what is wrong with it, None for nothing.

    Raises:
        StorageFailed: there is not memory enough to tell.
    """
    from warehouse.client import duckdb

    try:
        refuse_no_file(path, write_ahead(path))
    except WarehouseError as error:
        return error
    try:
        with ended_by_ctrl_c(), open_memory() as con:
            con.execute(f"attach {literal(str(path))} as {_NAME} (read_only)")
            for schema, table in con.execute(statement("repair/tables"), {"file": _NAME}).fetchall():
                with interruptible(con):
                    con.execute(f'select max(hash(t)) from {_NAME}."{schema}"."{table}" t').fetchall()
    except duckdb.Error as error:
        if is_memory(error):
            raise translated(error, path) from error
        return translated(error, path)
    return None


def _note(path: Path) -> Path:
    return path.with_name(f".{path.stem}.stamp")


def _noted(path: Path) -> str | None:
    """Read the note; None where there is none, "" where it cannot be read, or is a link."""
    try:
        with os.fdopen(os.open(_note(path), os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as file:
            return file.read(_HEADERS).decode(errors="replace")
    except FileNotFoundError:
        return None
    except OSError:
        return ""


def _facts(path: Path) -> str:
    about = path.stat()
    return f"{about.st_size} bytes, written at {about.st_mtime_ns} ns\n"


def _beginning(path: Path) -> str:
    with path.open("rb") as file:
        return f"begins as {hashlib.blake2b(file.read(_HEADERS), digest_size=16).hexdigest()}\n"
