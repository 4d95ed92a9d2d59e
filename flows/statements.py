"""The SQL of this floor: one file per statement in `sql/`, its grain in the first line, values as `$parameters`."""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).parent / "sql"


def statement(name: str) -> str:
    """The text of `sql/<name>.sql`."""
    return (FOLDER / f"{name}.sql").read_text(encoding="utf-8")
