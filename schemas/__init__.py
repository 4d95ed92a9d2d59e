"""The columns of every table, each named, typed and explained once.

Importing this package is cheap: polars and pandera load when a frame or a model is first asked for.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module

from schemas.errors import BadDeclaration, InvalidTable, SchemaMismatch, UnknownTable
from schemas.table import Column, Rule, Table

__all__ = [
    "BadDeclaration",
    "Column",
    "InvalidTable",
    "Rule",
    "SchemaMismatch",
    "Table",
    "UnknownTable",
    "table",
    "tables",
]

SCHEMAS = ("raw", "clean", "backtest", "metrics", "judge", "retire", "ops")


@cache
def tables() -> tuple[type[Table], ...]:
    """List every table of the warehouse, in the order in which the stages write them."""
    return tuple(declared for schema in SCHEMAS for declared in import_module(f"schemas.{schema}").TABLES)


def table(name: str) -> type[Table]:
    """Find the table of a qualified name such as `clean.bars`; UnknownTable lists the names that exist."""
    by_name = {declared.name: declared for declared in tables()}
    if name not in by_name:
        raise UnknownTable(f"there is no table {name!r}; tables are {', '.join(by_name)}")
    return by_name[name]
