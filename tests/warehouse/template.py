"""A fresh warehouse as the copy of one: a thousand comments, written one by one, take ten times as long as all else."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

import schemas
from warehouse import connection, ddl, migrations
from warehouse.statements import statement

NAME = "template"


def use_template(path: Path, patch: pytest.MonkeyPatch) -> None:
    """Copy new warehouses from `path`, which the code under test makes once, as long as they are as declared."""
    create, refresh = migrations.create_everything, migrations._refresh_surface

    def declared() -> tuple[str, ...]:
        return (ddl.digest(), *map(ddl.create_table, schemas.tables()))

    made_of = declared()
    copied = set[int]()

    def copy(con: duckdb.DuckDBPyConnection) -> None:
        if declared() != made_of:
            return create(con)
        if not path.exists():
            with duckdb.connect(path, config={"storage_compatibility_version": connection.STORAGE}) as template:
                create(template)
                refresh(template)
        [(here,)] = con.execute("select current_database()").fetchall()
        con.execute(f"attach '{path}' as {NAME} (read_only)")
        con.execute(f'copy from database {NAME} to "{here}"')
        copied.add(id(con))
        return None

    def detach(con: duckdb.DuckDBPyConnection) -> None:
        con.execute(f"detach database if exists {NAME}")
        if id(con) in copied:
            copied.remove(id(con))  # views and comments were copied, too
            con.execute(statement("migrations/set_digest"), {"digest": ddl.digest()})
        refresh(con)

    patch.setattr(migrations, "create_everything", copy)
    patch.setattr(migrations, "_refresh_surface", detach)
