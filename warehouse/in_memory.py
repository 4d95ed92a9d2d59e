"""Books that are not stored, held against the same rules and audits as those that are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import schemas
from warehouse import connection, ddl, store
from warehouse.audit import audit_detail
from warehouse.errors import Finding
from warehouse.statements import statement, statements

if TYPE_CHECKING:
    import polars as pl
    import pyarrow as pa

CLOSELY = 2
"""Runs that are looked at entry by entry, of a few hundred: as many in all as of those that are stored, or more."""


def audit_in_memory(runs: pl.DataFrame, tables: Mapping[str, pa.Table], bars: pl.DataFrame) -> list[Finding]:
    """Audit the detail of runs that are done; `tables` of `backtest` by their names without the schema.

    `runs`: run_id, scenario, parameters, data, first_date, last_date. `bars`: ticker, date, close.
    Raises InvalidTable where rows break a rule of their table.
    """
    with connection.open_memory() as con:
        con.execute("set threads = 1")  # whoever computes many runs does so in as many threads as there are cores
        for sql in ddl.create_schemas():
            con.execute(sql)
        con.execute(f"create table backtest.runs as {statement('in_memory/runs')}")
        con.execute(f"create table clean.bars as {statement('in_memory/bars')}")
        for name, rows in tables.items():
            table = schemas.table(f"backtest.{name}")
            con.execute(ddl.create_table(table))
            store.insert(con, table, store.checked(con, table, rows, None, "sql"))
        con.execute(f"create view backtest.trades as {statements('views')['backtest.trades'].sql}")
        return audit_detail(con, CLOSELY)
