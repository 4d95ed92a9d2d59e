"""The schema's history: numbered steps, each in one transaction together with its own record in `ops.migrations`.

A fresh warehouse is made from the declarations and starts at the latest version. An older one goes through every step
that it lacks, in order. A newer one is refused. Views, comments and definitions say what the declarations say: they are
rewritten whenever their fingerprint differs from the one recorded, without a step.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import schemas
from warehouse import ddl, template
from warehouse.errors import WarehouseDiffers, WarehouseNewer
from warehouse.interrupting import interruptible
from warehouse.statements import script, statement, statements

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class Step:
    """One change of the schema: its number, what it does in words, and the doing."""

    version: int
    says: str
    apply: Callable[[duckdb.DuckDBPyConnection], None]


def create_everything(con: duckdb.DuckDBPyConnection) -> None:
    """All schemas and tables as they are declared today."""
    for sql in ddl.create_schemas():
        con.execute(sql)
    for table in schemas.tables():
        con.execute(ddl.create_table(table))


def by_script(name: str) -> Callable[[duckdb.DuckDBPyConnection], None]:
    """Make the doing of a step of what `sql/migrations/<name>.sql` says; at its head stands what it is for."""

    def apply(con: duckdb.DuckDBPyConnection) -> None:
        con.execute(script(name))

    return apply


STEPS: tuple[Step, ...] = (
    Step(1, "the first tables", create_everything),
    Step(2, "fills about cash only have neither anchor nor holdings", by_script("fills_about_cash")),
    Step(3, "what sources left out, still owe, and say of a ticker as a whole", by_script("what_sources_say")),
    Step(4, "every setting of a run is a column of its metrics", by_script("settings_of_runs")),
    Step(5, "taxes that are due, and how often orders are laid anew", by_script("requotes_and_taxes_due")),
    Step(6, "whether anybody asks for a run", by_script("asked")),
    Step(
        7,
        "payments by year, what each comparison paid, benchmarks, the version of the rules",
        by_script("payments_and_benchmarks"),
    ),
    Step(8, "what a batch was asked, and no secret in what went wrong", by_script("what_batches_were_asked")),
    Step(9, "what results are worth", by_script("what_results_are_worth")),
    Step(10, "whether an income would have lasted", by_script("whether_an_income_would_have_lasted")),
    Step(11, "what is kept of a run", by_script("what_is_kept")),
    Step(12, "what every figure is, and figures that people know", by_script("what_figures_are")),
    Step(13, "detail that stays in parts", by_script("detail_in_parts")),
    Step(14, "what a scenario is for", by_script("descriptions")),
)
"""Append only: a step never changes once a warehouse has taken it. Who changes a declaration adds a step.

The first one is never taken alone: a fresh warehouse is made from today's declarations, at the latest version.
"""


def version_of(con: duckdb.DuckDBPyConnection) -> int:
    """Read the warehouse's version; 0 for a file without tables."""
    if not con.execute(statement("migrations/are_there")).fetchall()[0][0]:
        return 0
    return int(con.execute(statement("migrations/version")).fetchall()[0][0])


def migrate(
    con: duckdb.DuckDBPyConnection,
    clock: Callable[[], datetime],
    steps: tuple[Step, ...] = STEPS,
    templates: Path | None = None,
) -> tuple[int, int]:
    """Bring the open warehouse to the latest version; returns (version found, version now).

    `templates`: a folder of ours in which an empty warehouse is kept, of which a new one is a copy.
    WarehouseNewer where its version is above ours: nothing is touched. WarehouseDiffers where its tables, after all
    steps, are not the declared ones. A step that fails leaves the version before it.
    """
    version, latest = check_version(con, steps), steps[-1].version
    if not version:
        _create(con, Step(latest, "created", create_everything), clock(), templates)
    for step in steps:
        if version and step.version > version:
            _take(con, step, clock())
    _refresh_surface(con)
    return version, latest


def _create(con: duckdb.DuckDBPyConnection, step: Step, now: datetime, templates: Path | None) -> None:
    """Make a new warehouse: as a copy where one is kept, else from the declarations, and keep it."""
    kept = None if templates is None else template.kept_in(templates)
    if kept is None or not (kept.is_file() and _copied(con, kept, step, now)):
        _take(con, step, now)
        _refresh_surface(con)
        if kept is not None:
            template.keep(con, kept)


def _copied(con: duckdb.DuckDBPyConnection, kept: Path, step: Step, now: datetime) -> bool:
    """Take the step by copying what is kept, with its views and comments; False where that is damaged, and goes."""
    from warehouse.client import duckdb

    try:
        with template.attached(con, kept):
            _take(con, replace(step, apply=template.copy), now)
        con.execute(statement("migrations/set_digest"), {"digest": ddl.digest()})
    except duckdb.InterruptException:
        raise
    except duckdb.Error:
        with suppress(OSError):
            kept.unlink()
    return version_of(con) == step.version


def check_version(con: duckdb.DuckDBPyConnection, steps: tuple[Step, ...] = STEPS) -> int:
    """Read the version, 0 for an empty file; WarehouseNewer, or WarehouseDiffers where the tables are of others."""
    version, latest = version_of(con), steps[-1].version
    if version > latest:
        raise WarehouseNewer(
            f"this warehouse has version {version}, this program knows versions up to {latest}:"
            " it was written by a later sdengine; update the program, or use another folder"
        )
    others = [name for (name,) in con.execute(statement("migrations/tables")).fetchall()] if version == 0 else []
    if others:
        raise WarehouseDiffers(
            f"the file is no warehouse of this program: it holds {', '.join(others[:3])} and no record of a version;"
            " `sdengine repair` puts it aside, or use another folder"
        )
    return version


def _take(con: duckdb.DuckDBPyConnection, step: Step, now: datetime) -> None:
    with _all_or_nothing(con):
        with interruptible(con):
            step.apply(con)
        con.execute(statement("migrations/take"), {"version": step.version, "says": step.says, "now": now})


def _refresh_surface(con: duckdb.DuckDBPyConnection) -> None:
    """Check the tables; write views and comments anew, unless the recorded fingerprint says that nothing changed."""
    check_tables(con)
    digest = ddl.digest()
    there = {name for (name,) in con.execute(statement("migrations/views")).fetchall()}
    if con.execute(statement("night/surface")).fetchall() == [(digest,)] and there >= set(statements("views")):
        return
    with _all_or_nothing(con):
        with interruptible(con):  # all at once: a thread beside this one need not be waited for a thousand times
            con.execute("\n;\n".join(ddl.surface()))
        con.execute(statement("migrations/set_digest"), {"digest": digest})


@contextmanager
def _all_or_nothing(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Commit what happens inside, or undo it. Ctrl-C that comes just after the commit stays what it is."""
    from warehouse.client import duckdb

    con.begin()
    try:
        yield
        con.commit()
    except BaseException:
        with suppress(duckdb.Error):  # there is nothing left to undo
            con.rollback()
        raise


def check_tables(con: duckdb.DuckDBPyConnection) -> None:
    """WarehouseDiffers unless every declared table is there with the declared columns, types and nulls."""
    listed = defaultdict(list)
    for owner, *column in con.execute(statement("migrations/columns")).fetchall():
        listed[owner].append(tuple(column))
    for table in schemas.tables():
        wanted = [(column.name, column.dtype, column.nullable) for column in table.columns]
        actual = listed[table.name]
        if sorted(wanted) != sorted(actual):
            odd = sorted(set(wanted) ^ set(actual)) if actual else "the table is missing"
            raise WarehouseDiffers(
                f"{table.name} in this warehouse is not the table that this program declares ({odd}),"
                " and no migration explains the difference: `sdengine repair` builds it anew from what was published,"
                " or start with an empty folder"
            )
