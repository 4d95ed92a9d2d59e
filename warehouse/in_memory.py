"""Books that are not stored, held against the same rules and audits as those that are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import schemas
from warehouse import ddl, store
from warehouse.audit import audit_detail
from warehouse.client import take_tables
from warehouse.early import open_memory
from warehouse.errors import Finding
from warehouse.statements import statement, statements

if TYPE_CHECKING:
    import polars as pl
    import pyarrow as pa

CLOSELY = 2
"""Runs that are looked at entry by entry, of a few hundred: as many in all as of those that are stored, or more."""


def audit_in_memory(runs: pl.DataFrame, tables: Mapping[str, pa.Table], bars: pl.DataFrame) -> list[Finding]:
    """Audit the detail of runs that are done; `tables` of `backtest` by their names without the schema.

    `runs`: run_id, scenario, parameters, data, first_date, last_date. `bars`: ticker, date, close. Runs are called by
    numbers here, `run` in the tables: audits group by them in a fraction of the time that names take. No row is copied.
    Raises InvalidTable where rows break a rule of their table.
    """
    take_tables()
    with open_memory(1) as con:  # whoever computes many runs does so in as many threads as there are cores
        for sql in ddl.create_schemas():
            con.execute(sql)
        con.execute(f"create table backtest.runs as {statement('in_memory/runs')}")
        con.execute(f"create table clean.bars as {statement('in_memory/bars')}")
        names = [f"{number:016x}" for number in range(int(runs["run_id"].to_numpy().max()) + 1)]
        for name, rows in tables.items():
            store.checked(con, schemas.table(f"backtest.{name}"), store.with_run_ids(rows, names), None, "sql")
            con.register(f"rows_of_{name}", rows)
            con.execute(f"create view backtest.{name} as select run as run_id, * exclude (run) from rows_of_{name}")
        con.execute(f"create view backtest.trades as {statements('views')['backtest.trades'].sql}")
        return audit_detail(con, CLOSELY)
