"""Tables, comments, definitions and views as DuckDB statements, made from `schemas` and the files in `sql/views`."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence

import schemas
from schemas import Column, Table, registry
from schemas.views import VIEWS
from warehouse.statements import literal, statements


def create_table(table: type[Table], *, name: str | None = None) -> str:
    """`create table` with types and `not null`; no keys: on large tables they cost several times the insert."""
    columns = ", ".join(
        f"{c.name} {c.dtype}{' using compression zstd' if c.alike else ''}{'' if c.nullable else ' not null'}"
        for c in table.columns
    )
    return f"create table {name or table.name} ({columns})"


def create_schemas() -> Iterator[str]:
    """`create schema` for each of the warehouse's schemas."""
    for schema in schemas.SCHEMAS:
        yield f"create schema if not exists {schema}"


def comments() -> Iterator[str]:
    """Comments on every table (what one row is, what else to know) and on all columns, of views as well."""
    for table in schemas.tables():
        yield f"comment on table {table.name} is {literal(_about(table))}"
        yield from _column_comments(table.name, table.columns)
    for view in VIEWS:
        yield from _column_comments(view.name, view.columns)


def comments_on_view(table: type[Table]) -> Iterator[str]:
    """Comments on a view that stands under the name of a table, and has its columns."""
    yield f"comment on view {table.name} is {literal(_about(table))}"
    yield from _column_comments(table.name, table.columns)


def comments_beside(view: str, name: str, columns: Sequence[str]) -> Iterator[str]:
    """Comments on a view that stands under another name than its own, and on those of its columns that it has."""
    yield f"comment on view {name} is {literal(statements('views')[view].grain)}"
    declared = next(one.columns for one in VIEWS if one.name == view)
    yield from _column_comments(name, [column for column in declared if column.name in columns])


def _about(table: type[Table]) -> str:
    return f"{table.grain}. {' '.join((table.__doc__ or '').split())}"


def _column_comments(owner: str, columns: Sequence[Column]) -> Iterator[str]:
    for column in columns:
        yield f"comment on column {owner}.{column.name} is {literal(column.comment())}"


def views() -> Iterator[str]:
    """Every view, replaced, with its grain as comment; files are named `schema.view.sql` and hold the select."""
    for statement in statements("views").values():
        yield f"create or replace view {statement.name} as\n{statement.sql}"
        yield f"comment on view {statement.name} is {literal(statement.grain)}"


def definitions() -> Iterator[str]:
    """Write the rows of `metrics.definitions` anew, as the declarations have them."""
    rows = (", ".join("null" if v is None else literal(v) for v in row.values()) for row in registry.definitions())
    yield f"delete from {registry.Definitions.name}"
    columns = ", ".join(registry.Definitions.names())
    yield f"insert into {registry.Definitions.name} ({columns}) values {', '.join(f'({row})' for row in rows)}"


def surface() -> list[str]:
    """List what can be written anew at any time, for no stage has found it: views, comments and definitions."""
    return [*views(), *comments(), *definitions()]


def digest() -> str:
    """Fingerprint of the surface: while it is the same, views and comments need not be written again."""
    return hashlib.blake2b("\n".join(surface()).encode(), digest_size=8).hexdigest()
