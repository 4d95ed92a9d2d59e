"""Where bars and actions come from: one module per source, one protocol (`base`), one table of them (`SOURCES`)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from flows.sources.base import Fetched, Source, SourceError

__all__ = ["SOURCES", "Fetched", "Source", "SourceError", "open_source"]


class Kind(NamedTuple):
    """One kind of source: a note for who chooses among them, and how it is opened (warehouse's folder, `--files`)."""

    note: str
    open: Callable[[Path, Path | None], Source]


def _sample(warehouse_dir: Path, files: Path | None) -> Source:
    from flows.sources.sample import SampleSource

    return SampleSource()


def _yahoo(warehouse_dir: Path, files: Path | None) -> Source:
    from flows.sources.yahoo import YahooSource

    return YahooSource(cache_dir=warehouse_dir / "yfinance")


def _files(warehouse_dir: Path, files: Path | None) -> Source:
    from flows.sources.files import FilesSource

    if files is None:
        raise ValueError("source 'files' needs the folder to read from")
    return FilesSource(files)


SOURCES = {
    "sample": Kind("offline, ships with the package", _sample),
    "yfinance": Kind("needs the network", _yahoo),
    "files": Kind("of --files", _files),
}
"""Every source by its name. A source's module is imported when it is opened, and not before."""


def open_source(name: str, *, warehouse_dir: Path, files: Path | None = None) -> Source:
    """Open the source of a name, ready to be asked.

    Args:
        name: one of SOURCES.
        warehouse_dir: where a source may keep caches of its own (yfinance does, in a folder below).
        files: the folder, or the one file, that the source `files` reads.

    Raises:
        ValueError: no such source, or `files` without a folder, or a folder that is not there.
    """
    if name not in SOURCES:
        raise ValueError(f"source {name!r} is unknown; allowed are {', '.join(SOURCES)}")
    return SOURCES[name].open(warehouse_dir, files)
