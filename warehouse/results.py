"""Reading what was published."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from warehouse.connection import clear_queries, ended_by_ctrl_c, is_memory, open_published, translated
from warehouse.early import open_memory
from warehouse.errors import BadRequest, QueryRefused, StorageDamaged
from warehouse.export import FORMATS, write
from warehouse.links import refuse_no_file
from warehouse.names import Names
from warehouse.places import write_ahead
from warehouse.reading import Answer, Params, Reader
from warehouse.statements import literal, statement

if TYPE_CHECKING:
    import duckdb
    import pandas as pd
    import polars as pl
    import pyarrow as pa
    from plotly.graph_objects import Figure

DRAWN_BY = "flows.page.plotting"
"""Who draws stands above: it knows the figures of the engine, as this layer may not. Found by name when asked for."""
SHOWN = 20
"""Scenarios that a notebook shows of a published file."""
Asked = TypeVar("Asked")
"""A shape in which a question is answered."""


class Results(Reader):
    """A published file, opened for reading only; a context manager. One thread at a time.

    Tables and views are found without their schema where one is meant, and `describe NAME` tells what columns mean.
    QueryRefused says what can't be answered, with what DuckDB knows to help.
    """

    def __init__(self, con: duckdb.DuckDBPyConnection, path: Path, short_names: bool = True) -> None:
        super().__init__(con)
        self.path = path
        with clear_queries(path):
            self._names = Names(con) if short_names else None

    @classmethod
    def open(
        cls,
        where: Path | str,
        brought: Mapping[str, pa.Table] | None = None,
        threads: int | None = None,
        *,
        short_names: bool = True,
    ) -> Results:
        """Open a published file, or the `results.duckdb` of a warehouse's folder; NoResults where there is none.

        `brought`: rows of `backtest` by the names of its tables, which every query finds beside those of the file.
        `threads`: who has many small questions has one answer them: handing them out takes longer.
        `short_names`: whether names are found without their schema, by a view for each that a question may mean.
        """
        path = Path(where)
        if not path.is_file() and (path.is_dir() or path.suffix != ".duckdb"):
            path = path / "results.duckdb"
        return cls(open_published(path, brought, threads), path, short_names)

    def close(self) -> None:
        """Close the file; the next opening sees what has been published since."""
        self._con.close()

    def __enter__(self) -> Results:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def is_of_an_older_version(self) -> bool:
        """Tell whether the file was published before the schema took its last step, or with other views."""
        from warehouse import ddl
        from warehouse.migrations import STEPS, version_of  # who asks what there is need not know its history

        if version_of(self._con) < STEPS[-1].version:
            return True
        return bool(self.scalar(statement("night/surface")) != ddl.digest())

    def answer(self, sql: str, params: Params = None) -> Answer:
        """Answer with names and rows; of several statements the last answers."""
        return self._found(super().answer, sql, params)

    def frame(self, sql: str, params: Params = None) -> pl.DataFrame:
        """Answer with a polars frame; QueryRefused for a statement that answers with no table."""
        try:
            return self._found(super().frame, sql, params)
        except BadRequest as error:
            raise QueryRefused(str(error)) from error

    def _framed(self, relation: duckdb.DuckDBPyRelation) -> pl.DataFrame:
        """Read the answer to anybody's question: DuckDB's own door takes what a frame has no like of, and says so."""
        frame: pl.DataFrame = relation.pl()
        return frame

    def _found(self, ask: Callable[[str, Params], Asked], sql: str, params: Params) -> Asked:
        """Ask; where a name is not found, once more with all names, of which DuckDB says which it is near to."""
        try:
            return ask(*self._meant(sql, params))
        except QueryRefused as refusal:
            if self._names is None or "does not exist" not in str(refusal) or not self._names.make():
                raise
            return ask(*self._meant(sql, params))

    def _meant(self, sql: str, params: Params) -> tuple[str, Params]:
        """Put the question for columns with their meanings in the place of `describe NAME`."""
        if self._names is None:
            return sql, params
        with clear_queries(self.path):
            self._names.make(sql)
        described = self._names.described(sql)
        return (statement("names/columns"), described) if described else (sql, params)

    @contextmanager
    def _asking(self) -> Iterator[None]:
        try:
            with clear_queries(self.path):
                yield
        except QueryRefused as refusal:
            lacking = {} if self._names is None else self._names.lacking
            reasons = [why for name, why in lacking.items() if f"with name {name} " in str(refusal)]
            raise QueryRefused("\n".join([str(refusal), *reasons])) from None

    def to_pandas(self, sql: str, params: Params = None) -> pd.DataFrame:
        """Answer with a pandas frame."""
        return self.frame(sql, params).to_pandas()

    def summary(self) -> pl.DataFrame:
        """Tell what was published in a frame: each scenario with its place and the figures that matter most."""
        return self.frame(statement("results/summary"))

    def plot(self, scenario: str, part: str | None = None) -> Figure:
        """Draw a picture of the page of a scenario or sweep with plotly; see `flows.page.plotting.plot`.

        part    which: `value` (a scenario's, unless told), `income`, `premiums`, `months`, ...; what follows the # in
                the page's addresses
        """
        return import_module(DRAWN_BY).plot(self, scenario, part)

    def __repr__(self) -> str:
        return f"Results({str(self.path)!r})"

    def _repr_html_(self) -> str:
        from schemas.shown import html_table  # who merely asks needs no declarations

        names, rows = self.answer(statement("results/summary"))
        return html_table(repr(self), names, rows[:SHOWN])

    def export(self, sql: str, target: Path | str | Any, *, format: str = "csv", params: Params = None) -> int:
        """Write the answer to a path or binary handle as csv, json (an array of objects) or parquet; rows written."""
        if format not in FORMATS:
            raise BadRequest(f"format {format!r}: allowed are {', '.join(FORMATS)}")
        frame = self.frame(sql, params)
        write(frame, target, format)
        return frame.height


def open_results(where: Path | str) -> Results:
    """Open what was published: a warehouse's folder, or one of its published files; see `Results`.

    with open_results("warehouse/data") as results:
        results.summary()                                       # a polars frame
        results.frame("from fills where scenario = 'full'")     # any SQL; "describe fills" explains the columns
        results.to_pandas("from days")
        results.plot("full")                                    # the pictures of its page, with plotly

    NoResults where nothing has been published.
    """
    return Results.open(where)


class Ended(NamedTuple):
    """How a batch ended, as a published file tells it."""

    status: str
    finished_at: datetime | None


def published_batches(path: Path) -> dict[str, Ended]:
    """Batch id to how it ended, in the order of the ledger; empty where there is no such file or it can't be read.

    The last one is the batch that published the file. StorageFailed where there is not memory enough to tell.
    """
    from warehouse.client import duckdb

    if not path.is_file():
        return {}
    try:
        refuse_no_file(write_ahead(path))
        with ended_by_ctrl_c(), open_memory() as con:
            con.execute(f"attach {literal(str(path))} as published (read_only)")
            rows = con.execute(statement("ledger/published_batches")).fetchall()
    except (duckdb.Error, StorageDamaged) as error:
        if is_memory(error):
            raise translated(error, path) from error
        return {}  # whatever is wrong with that file, it is no witness
    return {batch_id: Ended(*ended) for batch_id, *ended in rows}
