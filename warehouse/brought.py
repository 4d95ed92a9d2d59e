"""Rows laid beside those of a published file, so that every query and view finds both; the file is not touched."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from warehouse.client import take_tables
from warehouse.names import PEOPLE
from warehouse.parts import STORED
from warehouse.statements import statement, statements

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

BROUGHT = "brought"
"""The database in memory that holds them; names of the file's own relations lead there first."""
SCHEMA, READ = "backtest", ("clean",)
"""Whose tables they belong to, and what its views read beside."""
ROWS = "rows"
"""The schema of the rows themselves."""


def lay_beside(
    con: duckdb.DuckDBPyConnection, published: str, tables: Mapping[str, pa.Table], selects: Mapping[str, str]
) -> None:
    """Lay `tables` of the schema `backtest` (by name, as they are declared) beside those of the attached file.

    `selects`: SQL of more rows that lie beside, by table.

    A name with its schema is looked for in the databases of the search path that have the schema: so all of `backtest`
    stands in ours, and a view that reads of it is made once more there, those for people as temporary ones.
    """
    con.execute(f"attach ':memory:' as {BROUGHT}")
    con.execute(f"create schema {BROUGHT}.{ROWS}")
    for schema in (SCHEMA, *READ):
        con.execute(f"create schema {BROUGHT}.{schema}")
        for (name,) in con.execute(statement("names/tables_of"), {"database": published, "schema": schema}).fetchall():
            own = name.removeprefix(STORED) if schema == SCHEMA else name
            more = [_brought(con, own, tables[own])] if schema == SCHEMA and own in tables else []
            more += [selects[own]] if schema == SCHEMA and own in selects else []
            rows = " union all by name ".join([f"from {published}.{schema}.{name}", *more])
            con.execute(f"create view {BROUGHT}.{schema}.{own} as {rows}")
    con.execute(f"set search_path = '{published}.{PEOPLE},{BROUGHT}.{SCHEMA}'")
    for view in statements("views").values():
        schema, _, name = view.name.partition(".")
        if schema == SCHEMA:
            con.execute(f"create view {BROUGHT}.{SCHEMA}.{name} as {view.sql}")
        elif schema == PEOPLE:
            con.execute(f'create temp view "{name}" as {view.sql}')


def _brought(con: duckdb.DuckDBPyConnection, name: str, rows: pa.Table) -> str:
    """Store the rows, which DuckDB finds by the name of the variable; the SQL of them."""
    take_tables()
    con.execute(f"create table {BROUGHT}.{ROWS}.{name} as select * from rows")
    return f"from {BROUGHT}.{ROWS}.{name}"
