"""SQL lives in files, and each file tells what one row of its answer is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from warehouse import BadRequest, statements

KINDS = sorted(folder.name for folder in statements.FOLDER.iterdir() if folder.is_dir() and folder.name != "migrations")
"""Folders of SQL that answers with rows; a migration is a script, and answers with none."""

QUOTED = re.compile(r"""([\"']+)(?:select|insert into|update|delete from|with) [^\"']*\b(?:from|where|set|by name)\b""")
"""A string literal that looks like a statement."""


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


def test_flows_has_no_sql_in_strings() -> None:
    """What a person may type (the examples of the help and of the README) is no statement of ours."""
    flows = Path(statements.__file__).parents[1] / "flows"
    files = [path for path in flows.rglob("*.py") if not path.is_relative_to(flows / "cli")]
    assert QUOTED.search('ask("select * from raw.bars")')
    assert {path.name: match[0] for path in files if (match := QUOTED.search(path.read_text("utf-8")))} == {}


def test_a_file_without_its_grain_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "odd").mkdir()
    (tmp_path / "odd" / "some.sql").write_text("select 1")
    monkeypatch.setattr(statements, "FOLDER", tmp_path)
    with pytest.raises(BadRequest, match=r"some\.sql: the first line must tell the grain"):
        statements.statements("odd")


def test_an_unknown_query_names_those_that_exist() -> None:
    with pytest.raises(BadRequest, match=r"no query 'batch'.*ledger/batches, .*ledger/stage_runs"):
        statements.statement("batch")
