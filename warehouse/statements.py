"""SQL lives in files: `sql/views`, `sql/checks`, `sql/queries/<room>`; the first line of each tells its grain.

`sql/migrations` holds scripts: what a step does to the tables, with no rows to answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from warehouse.errors import BadRequest

FOLDER = Path(__file__).parent / "sql"


@dataclass(frozen=True)
class Statement:
    """One file of SQL: its name (its path below its kind, without `.sql`), its first line as a sentence, its text."""

    name: str
    grain: str
    sql: str


@cache
def statements(kind: str) -> dict[str, Statement]:
    """Read every file below `sql/<kind>` by name, in alphabetical order."""
    files = {}
    for name in names_of(kind):
        path = FOLDER / kind / f"{name}.sql"
        sql = path.read_text(encoding="utf-8")
        first, _, _ = sql.partition("\n")
        if not first.startswith("-- one row is "):
            raise BadRequest(f"{path}: the first line must tell the grain: '-- one row is ...'")
        files[name] = Statement(name, first.removeprefix("-- "), sql)
    return files


def names_of(kind: str) -> list[str]:
    """List the names of the files below `sql/<kind>`, in alphabetical order."""
    folder = FOLDER / kind
    return [path.relative_to(folder).with_suffix("").as_posix() for path in sorted(folder.rglob("*.sql"))]


@cache
def statement(name: str) -> str:
    """Read the text of `sql/queries/<name>.sql`, such as "backtest/bars"; BadRequest lists those that exist."""
    try:
        return (FOLDER / "queries" / f"{name}.sql").read_text(encoding="utf-8")
    except FileNotFoundError:
        known = ", ".join(statements("queries"))
        raise BadRequest(f"there is no query {name!r} in warehouse/sql/queries; there are {known}") from None


def literal(text: str) -> str:
    """Write `text` as an SQL string."""
    return "'" + text.replace("'", "''") + "'"


def script(name: str) -> str:
    """Read the text of `sql/migrations/<name>.sql`: statements that a migration executes one after the other."""
    return (FOLDER / "migrations" / f"{name}.sql").read_text(encoding="utf-8")
