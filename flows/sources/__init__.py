"""Where bars and actions come from: one module per source, one protocol (`base`)."""

from __future__ import annotations

from pathlib import Path

from flows.sources.base import Fetched, Source, SourceError

__all__ = ["SOURCE_NAMES", "Fetched", "Source", "SourceError", "open_source"]

SOURCE_NAMES = ("sample", "yfinance", "files")


def open_source(name: str, *, warehouse_dir: Path, files: Path | None = None) -> Source:
    """The source of a name, ready to be asked.

    Args:
        name: one of SOURCE_NAMES.
        warehouse_dir: where a source may keep caches of its own (yfinance does, in a folder below).
        files: the folder, or the one file, that the source `files` reads.

    Raises:
        ValueError: no such source, or `files` without a folder, or a folder that is not there.
    """
    if name == "sample":
        from flows.sources.sample import SampleSource

        return SampleSource()
    if name == "yfinance":
        from flows.sources.yahoo import YahooSource

        return YahooSource(cache_dir=warehouse_dir / "yfinance")
    if name == "files":
        from flows.sources.files import FilesSource

        if files is None:
            raise ValueError("source 'files' needs the folder to read from")
        return FilesSource(files)
    raise ValueError(f"source {name!r} is unknown; allowed are {', '.join(SOURCE_NAMES)}")
