"""Rows on their way into a table, in the shapes that DuckDB reads without a copy; and a question that reads them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from schemas import SchemaMismatch, Table
from warehouse.client import take_tables
from warehouse.interrupting import interruptible

if TYPE_CHECKING:
    import duckdb
    import polars as pl
    import pyarrow as pa

    Records: TypeAlias = Sequence[Mapping[str, Any]]
    Incoming: TypeAlias = "Streamed | Listed | pa.Table"

INCOMING = "incoming_rows"
"""What they are called in the SQL that reads them."""
ROW_GROUP = 122_880
"""Rows that DuckDB compresses and stores together."""


def with_run_ids(rows: pa.Table, run_ids: Sequence[str]) -> pa.Table:
    """Name the engine's `run` (int32, place in `run_ids`) by dictionary-encoded `run_id`; no copy."""
    import polars as pl
    import pyarrow as pa

    place = rows.schema.get_field_index("run")
    # `pa.array` looks whether it is given a pandas object, and imports pandas for that; a cast brings pyarrow.compute
    names = pl.Series(run_ids, dtype=pl.String).to_arrow()
    chunks = [pa.DictionaryArray.from_arrays(chunk, names) for chunk in rows.column(place).chunks]
    column = pa.chunked_array(chunks, pa.dictionary(pa.int32(), names.type))
    return rows.set_column(place, "run_id", column)


class Streamed:
    """A frame as DuckDB reads it through Arrow's C interface; read as a frame it would bring pyarrow, 0.3 s a night.

    In pieces of a row group: DuckDB gives each thread a piece, and one piece to one thread.
    """

    def __init__(self, frame: pl.DataFrame) -> None:
        import polars as pl

        take_tables()
        starts = range(0, max(frame.height, 1), ROW_GROUP)
        self.frame = pl.concat([frame.slice(start, ROW_GROUP) for start in starts], rechunk=False)

    @property
    def num_rows(self) -> int:
        """How many rows there are, as an Arrow table says it."""
        return self.frame.height

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """Give the rows to whoever asks for them, as often as it asks."""
        return self.frame.__arrow_c_stream__(requested_schema)


class Listed:
    """Rows as plain values, for the few that need no frame: a night with nothing to do goes without polars.

    Raises SchemaMismatch for a row with other columns than the table's.
    """

    def __init__(self, table: type[Table], rows: Records) -> None:
        names = table.names()
        if wrong := next((row for row in rows if row.keys() != set(names)), None):
            raise SchemaMismatch(f"{table.name} has the columns {', '.join(names)}; a row has {', '.join(wrong)}")
        ordered = sorted(rows, key=lambda row: [(row[name] is not None, row[name]) for name in table.key])
        self.num_rows = len(rows)
        columns = ", ".join(f"unnest(?::{column.dtype}[]) as {column.name}" for column in table.columns)
        self.sql = f"with {INCOMING} as (select {columns})"
        self.values = [[row[name] for row in ordered] for name in names]


def in_batches(arrow: pa.Table) -> pa.Table:
    """Cut the same table into pieces of a row group: DuckDB gives each thread a piece, and one piece to one thread."""
    import pyarrow as pa

    take_tables()
    return pa.Table.from_batches(arrow.to_batches(max_chunksize=ROW_GROUP), arrow.schema)


def ask(con: duckdb.DuckDBPyConnection, sql: str, incoming_rows: Incoming, values: list[Any] | None = None) -> Any:
    """Answer SQL that reads `incoming_rows`: DuckDB finds the variable by its name.

    Registered instead, each table would stay in memory until the transaction ends, even when it is unregistered: of a
    night of 40,000 runs that were 10 GB.
    """
    if isinstance(incoming_rows, Listed):
        sql, values = f"{incoming_rows.sql} {sql}", [*incoming_rows.values, *(values or ())]
    with interruptible(con):
        return con.execute(sql, values).fetchall()
