"""What a file is, told from its first bytes and not from its name; and its bytes, unpacked and bounded."""

from __future__ import annotations

import bz2
import gzip
import lzma
import stat
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

from flows.sources.base import SourceError
from flows.sources.files.refusal import refusal

LARGEST = 1 << 30
"""Bytes of text, unpacked, that one file may have: some 20 million rows. What is larger is refused, not read."""
PACKING = 200
"""A table of prices packs to a fifth of its size; what unpacks to this many times its size is not one."""

HEAD, STEP = 1 << 16, 1 << 24
PARQUET = b"PAR1"
ZIP, ZIP_OF_NOTHING = b"PK\x03\x04", b"PK\x05\x06"

_PACKED: dict[bytes, Callable[[IO[bytes]], Any]] = {
    b"\x1f\x8b": lambda file: gzip.GzipFile(fileobj=file),
    b"BZh": bz2.BZ2File,
    b"\xfd7zXZ\x00": lzma.LZMAFile,
}
_OTHERS = {
    b"\xd0\xcf\x11\xe0": "an Excel workbook (.xls): save it as CSV",
    b"%PDF": "a PDF document",
    b"ARROW1": "an Arrow file: save it as Parquet",
    b"SQLite format 3": "a SQLite database",
    b"\x28\xb5\x2f\xfd": "packed with Zstandard: unpack it, or pack it with gzip",
    b"\x04\x22\x4d\x18": "packed with LZ4: unpack it, or pack it with gzip",
    b"7z\xbc\xaf": "a 7z archive: unpack it",
    b"Rar!": "a RAR archive: unpack it",
    b"version https://git-lfs": "a pointer of Git LFS: fetch the file itself",
    b"\x89PNG": "a picture",
}
_DAMAGED = (EOFError, zlib.error, lzma.LZMAError, zipfile.BadZipFile, RuntimeError, NotImplementedError, ValueError)


def is_parquet(path: Path) -> bool:
    """Whether the file begins as Parquet does; raises SourceError where it cannot be opened."""
    with opened(path) as file:
        return file.read(len(PARQUET)) == PARQUET


def load(path: Path, limit: int | None = None) -> bytes:
    """All bytes of a text file, unpacked; or no more than its first `limit`.

    Raises SourceError: it is not a file, cannot be read, is damaged, larger than LARGEST, or no text at all.
    """
    with opened(path) as file:
        raw = _unpacked(path, file, limit)
    _not_something_else(path, raw)
    return raw


def opened(path: Path) -> IO[bytes]:
    """Open a file; what would wait for ever, or is none, is refused before it is opened."""
    try:
        kind = path.stat().st_mode
        if not stat.S_ISREG(kind):
            raise refusal(path.name, f"is {_kind(kind)}, not a file")
        return path.open("rb")
    except FileNotFoundError as trouble:
        what = "is a link that leads nowhere" if path.is_symlink() else "is no longer there"
        raise refusal(path.name, what) from trouble
    except OSError as trouble:
        raise refusal(path.name, f"cannot be read: {trouble.strerror or trouble}") from trouble


def _kind(mode: int) -> str:
    return "a folder" if stat.S_ISDIR(mode) else "a pipe" if stat.S_ISFIFO(mode) else "a device or a socket"


def _unpacked(path: Path, file: IO[bytes], limit: int | None) -> bytes:
    beginning = file.read(16)
    file.seek(0)
    try:
        if beginning.startswith((ZIP, ZIP_OF_NOTHING)):
            return _zipped(path, file, limit)
        for magic, unpack in _PACKED.items():
            if beginning.startswith(magic):
                with unpack(file) as inner:
                    return _bounded(path, inner, limit)
        return _bounded(path, file, limit)
    except SourceError:
        raise
    except _DAMAGED as trouble:
        raise refusal(path.name, f"is damaged or cut short: {str(trouble) or type(trouble).__name__}") from trouble
    except OSError as trouble:
        what = trouble.strerror or f"it is damaged: {trouble}"
        raise refusal(path.name, f"cannot be read: {what}") from trouble


def _bounded(path: Path, file: IO[bytes], limit: int | None) -> bytes:
    """Read to the end, unless there is too much of it; a first look sees what is no text before it is unpacked."""
    first = file.read(HEAD)
    _not_something_else(path, first)
    if limit is not None:
        return first[:limit]
    size = path.stat().st_size
    pieces, total = [first], len(first)
    while piece := file.read(STEP):
        pieces.append(piece)
        total += len(piece)
        if total > LARGEST:
            raise refusal(path.name, f"is more than {LARGEST >> 20} MB of text: divide it")
        if total > STEP and total > PACKING * size:
            raise refusal(path.name, f"unpacks to more than {PACKING} times its size: no table of prices does")
    return b"".join(pieces)


def _zipped(path: Path, file: IO[bytes], limit: int | None) -> bytes:
    with zipfile.ZipFile(file) as archive:
        names = archive.namelist()
        if "[Content_Types].xml" in names or "mimetype" in names:
            raise refusal(path.name, "is a workbook (.xlsx or .ods), not a table of text: save it as CSV")
        members = [name for name in names if not name.endswith("/") and not name.startswith("__MACOSX/")]
        if len(members) != 1:
            shown = ", ".join(members[:4]) + (", ..." if len(members) > 4 else "")
            raise refusal(
                path.name, f"is a zip archive of {len(members)} files ({shown}); read is one of a single file"
            )
        with archive.open(members[0]) as inner:
            return _bounded(path, inner, limit)


def _not_something_else(path: Path, raw: bytes) -> None:
    """Refuse what is no table, for what it is."""
    for magic, what in _OTHERS.items():
        if raw.startswith(magic):
            raise refusal(path.name, f"is {what}")
    if raw.startswith((PARQUET, ZIP, *_PACKED)):
        raise refusal(path.name, "is packed twice: unpack it once")
    beginning = raw[:2000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if beginning.startswith((b"<!doctype", b"<html", b"<head", b"<body", b"<?xml", b"<table")):
        raise refusal(path.name, f"is a web page (or XML), not a table: {_shown(raw)}", 1)
    if beginning.startswith((b"{", b"[{", b"[[", b"[\n", b"[ ")):
        raise refusal(path.name, f"is JSON, not a table: {_shown(raw)}", 1)


def _shown(raw: bytes) -> str:
    return repr(" ".join(raw[:400].decode("utf-8", errors="replace").split())[:80])
