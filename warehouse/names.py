"""Names as people write them: without a schema where one table or view is meant, and `describe` with meanings."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any

from warehouse.statements import names_of, statement, statements

if TYPE_CHECKING:
    import duckdb

PEOPLE = "main"
"""The schema of the views for people: DuckDB looks there first."""
TEMPORARY = "temp"
"""What DuckDB calls the database of temporary views."""
_NAME = r'("[^"]+"|\w+)'
_DESCRIBE = re.compile(rf"\s*desc(?:ribe)?\s+(?:table\s+|view\s+)?(?:{_NAME}\s*\.\s*)?{_NAME}\s*;?\s*", re.IGNORECASE)

_WHAT_THERE_IS = re.compile(
    r"\b(show|pragma|duckdb_|information_schema|pg_|sqlite_)|(\bdescribe|(^|\()\s*desc)\s*([;)]|--|/\*|$)", re.MULTILINE
)
_LASTING = re.compile(r"\b(begin|start\s+transaction)\b|;\s*\S")
"""A transaction, which may be undone with the views that were made in it, or statements of which some will be done."""
_ALONE = re.compile(r"(?<![\w.])\w+")
"""A word without a schema before it."""


class Names:
    """What can be called how in one open file.

    Whatever has a name of its own gets a temporary view by that name, once a statement has the name in it. What several
    schemas have is asked for with the schema: DuckDB says which there are. A file that was published before there were
    views for people gets them as temporary views; `lacking` says of those that it cannot have what they need.
    """

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self._con = con
        self.lacking: dict[str, str] = {}
        self._known = con.execute(statement("names/relations")).fetchall()
        relations = [(schema, name) for _, schema, name in self._known]
        ours = [view for view in names_of("views") if view.startswith(f"{PEOPLE}.")]
        if missing := [view for view in ours if tuple(view.split(".")) not in relations] if relations else []:
            self._add(con, missing)
            self._known = con.execute(statement("names/relations")).fetchall()
        often = Counter(name for _, name in relations)
        self._to_come = {
            name: f'from "{schema}"."{name}"'
            for schema, name in relations
            if often[name] == 1 and schema != PEOPLE and f"{PEOPLE}.{name}" not in ours
        }

    def make(self, sql: str = "") -> bool:
        """Make the views that a statement may mean; all of them for "", and before what cannot be asked once more.

        Tells whether there was any to make: each takes longer than many a question.
        """
        low = sql.lower()
        everything = not sql or _WHAT_THERE_IS.search(low) or _LASTING.search(low)
        words = set(_ALONE.findall(low))
        meant = [name for name in self._to_come if everything or name.lower() in words]
        for name in meant:
            self._make(self._con, name, self._to_come[name])
            del self._to_come[name]  # not before: Ctrl-C may have come in between
            self._known.append((TEMPORARY, PEOPLE, name))
        return bool(meant)

    def _add(self, con: duckdb.DuckDBPyConnection, views: list[str]) -> None:
        """Make the views for people in a file that has none, with comments on what it has of their columns."""
        from warehouse import ddl  # who reads a file of today need not know how it was declared

        for view in views:
            name = view.removeprefix(f"{PEOPLE}.")
            if self._make(con, name, statements("views")[view].sql):
                own = f"{TEMPORARY}.{PEOPLE}.{name}"
                place = {"database": TEMPORARY, "schema": PEOPLE, "name": name}
                columns = [column for column, *_ in con.execute(statement("names/columns"), place).fetchall()]
                for comment in ddl.comments_beside(view, own, columns):
                    con.execute(comment)

    def _make(self, con: duckdb.DuckDBPyConnection, name: str, sql: str) -> bool:
        """Make a temporary view, or note why this file cannot have it."""
        from warehouse.client import duckdb

        try:
            con.execute(f'create temp view "{name}" as\n{sql}')
        except duckdb.Error as error:
            why = str(error).partition("\n")[0].partition("Error: ")[2]
            self.lacking[name] = f"{name}: an earlier version published this file, without what it shows ({why})"
            return False
        return True

    def described(self, sql: str) -> dict[str, Any] | None:
        """Read `describe NAME`: the place of what it means, None for any other statement and for what means nothing."""
        match = _DESCRIBE.fullmatch(sql)
        if not match:
            return None
        schema, name = (part and part.strip('"').lower() for part in match.groups())
        meant = [one for one in self._known if one[2].lower() == name and schema in (None, one[1])]
        stored = [one for one in meant if one[0] != TEMPORARY]
        for_people = [one for one in stored if one[1] == PEOPLE]
        beside = [one for one in meant if one[0] == TEMPORARY]
        chosen = for_people or (stored if len(stored) == 1 else beside)
        return dict(zip(("database", "schema", "name"), chosen[0], strict=True)) if chosen else None
