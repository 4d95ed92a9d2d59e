"""Books that are not stored, held against the same rules and audits as those that are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

import schemas
from warehouse import ddl, store
from warehouse.audit import audit_detail
from warehouse.client import take_tables
from warehouse.early import open_memory
from warehouse.errors import Finding
from warehouse.incoming import with_run_ids
from warehouse.statements import statement, statements

if TYPE_CHECKING:
    import duckdb
    import polars as pl
    import pyarrow as pa

CLOSELY = 4
"""Runs that are looked at entry by entry, of some hundred: as many in all as of those that are stored, or more."""
_idle: list[duckdb.DuckDBPyConnection] = []
"""Databases that wait for the next audit: to make one takes a tenth of what some hundred runs take to be audited."""


def audit_in_memory(runs: pl.DataFrame, tables: Mapping[str, pa.Table], bars: pl.DataFrame) -> list[Finding]:
    """Audit the detail of runs that are done; `tables` of `backtest` by their names without the schema.

    `runs`: run_id, scenario, parameters, data, first_date, last_date. `bars`: ticker, date, close. Runs are called by
    numbers here, `run` in the tables: audits group by them in a fraction of the time that names take. No row is copied.
    Raises InvalidTable where rows break a rule of their table.
    """
    take_tables()
    with _database() as con:
        con.execute(f"create table backtest.runs as {statement('in_memory/runs')}")
        con.execute(f"create table clean.bars as {statement('in_memory/bars')}")
        names = [f"{number:016x}" for number in range(int(runs["run_id"].to_numpy().max()) + 1)]
        for name, rows in tables.items():
            declared = schemas.table(f"backtest.{name}")
            store.checked(con, declared, with_run_ids(rows, names), None, "sql", piece=True)
            con.register(f"rows_of_{name}", rows)
            con.execute(f"create view backtest.{name} as select run as run_id, * exclude (run) from rows_of_{name}")
        con.execute(f"create view backtest.trades as {statements('views')['backtest.trades'].sql}")
        findings = audit_detail(con, CLOSELY)
        for name in tables:
            con.unregister(f"rows_of_{name}")
    return findings


@contextmanager
def _database() -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a database that has the warehouse's schemas and no table; it is kept for the next, unless this one fails."""
    con = _idle.pop() if _idle else open_memory(1)  # as many threads as there are cores do so at once
    try:
        for sql in ddl.create_schemas():
            con.execute(sql)
        yield con
        for schema in schemas.SCHEMAS:
            con.execute(f"drop schema {schema} cascade")
    except BaseException:
        con.close()
        raise
    _idle.append(con)
