"""What an open file answers, be it the work file or a published one. Light: polars only where a frame is asked for."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from warehouse.client import take_tables
from warehouse.errors import BadRequest
from warehouse.interrupting import interruptible

if TYPE_CHECKING:
    import duckdb
    import polars as pl

Params: TypeAlias = Mapping[str, Any] | Sequence[Any] | None


class Answer(NamedTuple):
    """An answer as plain values: the names of its columns, and its rows."""

    names: list[str]
    rows: list[tuple[Any, ...]]

    def records(self) -> list[dict[str, Any]]:
        """Give the rows the names of their columns."""
        return [dict(zip(self.names, row, strict=True)) for row in self.rows]


class Reader(ABC):
    """Answers any SQL, in the shape that is asked for. `params` are for `$name` (mapping) or `?` (list) in it."""

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self._con = con

    @abstractmethod
    def _asking(self) -> AbstractContextManager[None]:
        """Wrap a statement in what it needs: whose turn it is, and the errors that DuckDB's become."""

    def answer(self, sql: str, params: Params = None) -> Answer:
        """Answer with names and rows; of several statements the last answers."""
        with self._asking(), interruptible(self._con):
            cursor = self._con.execute(sql, params)
            if cursor is None or cursor.description is None:  # nothing but blanks and comments
                return Answer([], [])
            return Answer([column[0] for column in cursor.description], cursor.fetchall())

    def rows(self, sql: str, params: Params = None) -> list[tuple[Any, ...]]:
        """Answer with rows alone."""
        return self.answer(sql, params).rows

    def records(self, sql: str, params: Params = None) -> list[dict[str, Any]]:
        """Answer with rows by the names of their columns."""
        return self.answer(sql, params).records()

    def scalar(self, sql: str, params: Params = None) -> Any:
        """Answer with the one value that there is, None where there is no row; BadRequest where there are more."""
        rows = self.rows(sql, params)
        if len(rows) > 1 or (rows and len(rows[0]) != 1):
            raise BadRequest(f"scalar() expects one value, the answer has {len(rows)} rows: {sql}")
        return rows[0][0] if rows else None

    def frame(self, sql: str, params: Params = None) -> pl.DataFrame:
        """Answer with a polars frame; BadRequest for a statement that answers with no table."""
        take_tables()
        with self._asking(), interruptible(self._con):
            relation = self._con.sql(sql, params=params) if params else self._con.sql(sql)
            if relation is None:
                raise BadRequest(f"the statement answers with no table: {sql}")
            return self._framed(relation)

    def _framed(self, relation: duckdb.DuckDBPyRelation) -> pl.DataFrame:
        """Read the answer to a statement of our own through Arrow's C interface.

        DuckDB's `pl()` brings pyarrow, 0.3 s of a short night, and is no quicker. What goes wrong on the way is told by
        polars, so it is asked for once more by the door whose errors are DuckDB's.
        """
        import polars as pl

        try:
            return pl.DataFrame(relation)
        except pl.exceptions.PolarsError as error:
            if "Interrupt" in str(error) or "interrupted" in str(error):
                raise KeyboardInterrupt from error
            return relation.pl()
