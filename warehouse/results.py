"""Reading what was published."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from warehouse.connection import clear_queries, open_memory, open_results
from warehouse.errors import BadRequest, StorageFailed
from warehouse.reading import Params, Reader
from warehouse.statements import literal, statement

FORMATS = ("csv", "json", "parquet")


class Results(Reader):
    """A published file, opened for reading only; a context manager. One thread at a time.

    QueryRefused says in one sentence what can't be answered.
    """

    @classmethod
    def open(cls, where: Path | str) -> Results:
        """Open a published file, or the `results.duckdb` of a warehouse's folder; NoResults where there is none."""
        path = Path(where)
        path = path / "results.duckdb" if path.is_dir() or path.suffix != ".duckdb" else path
        return cls(open_results(path))

    def close(self) -> None:
        """Close the file; the next opening sees what has been published since."""
        self._con.close()

    def __enter__(self) -> Results:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def is_of_an_older_version(self) -> bool:
        """Tell whether the file was published before the schema took its last step."""
        from warehouse.migrations import STEPS, version_of  # who asks what there is need not know its history

        return version_of(self._con) < STEPS[-1].version

    def _asking(self) -> AbstractContextManager[None]:
        return clear_queries()

    def export(self, sql: str, target: Path | str | Any, *, format: str = "csv", params: Params = None) -> int:
        """Write the answer to a path or binary handle as csv, json (an array of objects) or parquet; rows written."""
        if format not in FORMATS:
            raise BadRequest(f"format {format!r}: allowed are {', '.join(FORMATS)}")
        frame = self.frame(sql, params)
        try:
            getattr(frame, f"write_{format}")(target)
        except OSError as error:
            if "Broken pipe" in str(error):  # polars gives no errno; whoever reads has seen enough, nothing has failed
                raise BrokenPipeError(str(error)) from error
            raise StorageFailed(f"cannot write {target}: {error.strerror or error}") from error
        return frame.height


def published_batches(path: Path) -> dict[str, str]:
    """Batch id to status, as the published file tells; empty where there is no such file or it can't be read."""
    if not path.is_file():
        return {}
    with open_memory() as con:
        try:
            con.execute(f"attach {literal(str(path))} as published (read_only)")
            return dict(con.execute(statement("ledger/published_batches")).fetchall())
        except Exception:  # whatever is wrong with that file, it is no witness
            return {}
