"""SQL lives in files, and each file tells what one row of its answer is."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from warehouse import BadRequest, statements

KINDS = sorted(folder.name for folder in statements.FOLDER.iterdir() if folder.is_dir() and folder.name != "migrations")
"""Folders of SQL that answers with rows; a migration is a script, and answers with none."""

BEGINS = re.compile(
    r"\s*(select|insert into|update \S+ set|delete from|with \S+ as|create|alter|drop|copy|from \w+\.\w+)\s",
    re.IGNORECASE,
)
"""How a statement about rows or tables begins. Settings of a connection (`set`) and `begin` are no such statements."""

COMPOSED = {
    "audit.py": "a key that is unique, made from the declaration of its table; a check with its offenders counted",
    "brought.py": "the tables of an attached file, and the files in sql/views",
    "ddl.py": "tables, comments and views, made from the declarations and the files in sql/views",
    "diff.py": "the columns that metrics.history declares, as far as that file has them",
    "in_memory.py": "two answers that become tables, and a view, from their files",
    "names.py": "names that the opened file tells, and the files in sql/views",
    "orders.py": "what a page tells its reader to ask, with the run that it shows",
    "parts.py": "the tables of detail that stand in files, and where these lie",
    "publish.py": "the names of two databases",
    "repair.py": "the places of two files",
    "runs.py": "every table that declares a run_id",
    "stamp.py": "the place of a file, and whatever tables it has",
    "store.py": "a table, its declared columns and rules",
    "template.py": "the places of two files, and the name of the open one",
    "work.py": "a table, its declared columns, a condition on them",
}
"""Files that compose statements, and what each puts in: mostly names and rules that only `schemas` knows."""


def literals(code: str) -> Iterator[tuple[bool, str]]:
    """Each string of a module that begins as SQL does, and whether something is put into it; docstrings are prose."""
    tree = ast.parse(code)
    prose = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    composed = [node for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)]
    parts = {id(part) for text in composed for part in text.values}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
            text = str(node.values[0].value)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and not {id(node)} & (prose | parts):
            text = node.value
        else:
            continue
        if BEGINS.match(text):
            yield isinstance(node, ast.JoinedStr), text


def test_every_kind_of_sql_is_looked_at() -> None:
    assert {"checks", "queries", "views"} <= set(KINDS)
    files = set(statements.FOLDER.rglob("*.sql")) - set((statements.FOLDER / "migrations").rglob("*.sql"))
    assert len(files) == sum(len(statements.statements(kind)) for kind in KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_every_file_tells_its_grain(kind: str) -> None:
    found = statements.statements(kind)
    assert found
    for name, statement in found.items():
        assert statement.grain.startswith("one row is "), name
        code = "".join(line.partition("--")[0] for line in statement.sql.splitlines())
        assert ";" not in re.sub(r"'[^']*'", "", code), "one statement a file"


def test_what_begins_as_sql_is_seen() -> None:
    code = '''
def asked(con, table):
    """Select from the tables."""
    con.execute("select 1 from raw.bars")
    con.execute(f"delete from {table} where {con.execute('update raw.bars set x = 1')}")
    con.execute("""
        with a as (select 1) from a""")
    con.execute("set TimeZone = 'UTC'")
    raise ValueError("from here on, select another")
'''
    assert [(composed, text.split()[0]) for composed, text in literals(code)] == [
        (False, "select"),
        (True, "delete"),
        (False, "with"),
        (False, "update"),
    ]


def test_no_sql_is_left_in_strings() -> None:
    """What a person may type (the examples of the help and of the README, a notebook) is no statement of ours."""
    root = Path(statements.__file__).parents[1]
    found: dict[str, set[str]] = {"static": set(), "composed": set()}
    for path in (
        path for room in ("flows", "schemas", "sdengine", "warehouse") for path in (root / room).rglob("*.py")
    ):
        if not path.is_relative_to(root / "flows" / "cli") and path.name != "notebook.py":
            for composed, text in literals(path.read_text("utf-8")):
                place = path.relative_to(root)
                found["composed" if composed else "static"].add(place.name if composed else f"{place}: {text}")
    assert found == {"static": set(), "composed": set(COMPOSED)}


def test_a_file_without_its_grain_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "odd").mkdir()
    (tmp_path / "odd" / "some.sql").write_text("select 1")
    monkeypatch.setattr(statements, "FOLDER", tmp_path)
    with pytest.raises(BadRequest, match=r"some\.sql: the first line must tell the grain"):
        statements.statements("odd")


def test_an_unknown_query_names_those_that_exist() -> None:
    with pytest.raises(BadRequest, match=r"no query 'batch'.*ledger/batches, .*ledger/undone_items"):
        statements.statement("batch")
