"""A file system that has an empty Parquet file under each name, for DuckDB to learn the columns of a table from."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from fsspec import AbstractFileSystem

import schemas


class StandIn(AbstractFileSystem):
    """Stands for the file system of a scheme; each of its files has the columns of one table of detail, and its part.

    Args:
        scheme: what stands before `://`.
        table: whose columns.
    """

    cachable = False

    def __init__(self, scheme: str, table: str) -> None:
        super().__init__()
        self.protocol = (scheme,)
        sink = BytesIO()
        schemas.table(table).empty().with_columns(part=None).cast({"part": str}).write_parquet(sink)
        self._content = sink.getvalue()

    def glob(self, path: str, **_: Any) -> list[str]:
        """Find the one file that is asked for."""
        return [path]

    def info(self, path: str, **_: Any) -> dict[str, Any]:
        """Describe it."""
        return {"name": path, "size": len(self._content), "type": "file", "mtime": 0.0}

    def modified(self, path: str) -> Any:
        """Tell when it was written: never."""
        return datetime(2000, 1, 1, tzinfo=UTC)

    def _open(self, path: str, mode: str = "rb", *_: Any, **__: Any) -> BytesIO:
        """Read it."""
        return BytesIO(self._content)
