"""Reading what was published. Light: DuckDB alone, polars only where a frame is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from warehouse.connection import clear_queries, open_memory, open_results
from warehouse.errors import BadRequest, StorageFailed

if TYPE_CHECKING:
    import duckdb
    import polars as pl

    Params = Mapping[str, Any] | list[Any] | None

FORMATS = ("csv", "json", "parquet")


class Results:
    """A published file, opened for reading only; a context manager. One thread at a time.

    `rows` answers in tuples, `frame` in polars; QueryRefused says in one sentence what can't be answered.
    """

    def __init__(self, path: Path, con: duckdb.DuckDBPyConnection) -> None:
        self.path, self._con = path, con

    @classmethod
    def open(cls, where: Path | str) -> Results:
        """Open a published file, or the `results.duckdb` of a warehouse's folder; NoResults where there is none."""
        path = Path(where)
        path = path / "results.duckdb" if path.is_dir() or path.suffix != ".duckdb" else path
        return cls(path, open_results(path))

    def close(self) -> None:
        """Close the file; the next opening sees what has been published since."""
        self._con.close()

    def __enter__(self) -> Results:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def rows(self, sql: str, params: Params = None) -> tuple[list[str], list[tuple[Any, ...]]]:
        """Names of the columns and the rows of the answer; of several statements the last answers."""
        with clear_queries():
            cursor = self._con.execute(sql, params)
            if cursor.description is None:
                return [], []
            return [column[0] for column in cursor.description], cursor.fetchall()

    def types(self, sql: str, params: Params = None) -> dict[str, str]:
        """DuckDB type of each column that the query would answer with."""
        with clear_queries():
            described = self._con.execute(f"describe {sql}", params).fetchall()
        return {row[0]: row[1] for row in described}

    def scalar(self, sql: str, params: Params = None) -> Any:
        """The first value of the first row; None where there is no row."""
        _, rows = self.rows(sql, params)
        return rows[0][0] if rows else None

    def frame(self, sql: str, params: Params = None) -> pl.DataFrame:
        """The answer as a polars frame."""
        with clear_queries():
            relation = self._con.sql(sql, params=params) if params else self._con.sql(sql)
            if relation is None:
                raise BadRequest(f"the statement answers with no table: {sql}")
            return relation.pl()

    def read(self, name: str) -> pl.DataFrame:
        """A whole table or view, by its qualified name."""
        return self.frame(f"select * from {name}")

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
            con.execute(f"attach '{str(path).replace(chr(39), chr(39) * 2)}' as published (read_only)")
            return dict(con.execute("select batch_id, status from published.ops.batches").fetchall())
        except Exception:  # whatever is wrong with that file, it is no witness
            return {}
