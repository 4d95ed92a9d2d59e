"""SQL lives in files, and each file tells what one row of its answer is."""

import re

import pytest

from warehouse import BadRequest, statements


@pytest.mark.parametrize("kind", ["checks", "diff", "queries", "views"])
def test_every_file_tells_its_grain(kind: str) -> None:
    found = statements.statements(kind)
    assert found
    for name, statement in found.items():
        assert statement.grain.startswith("one row is "), name
        code = "".join(line.partition("--")[0] for line in statement.sql.splitlines())
        assert ";" not in re.sub(r"'[^']*'", "", code), "one statement a file"


def test_a_file_without_its_grain_is_refused(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "odd").mkdir()
    (tmp_path / "odd" / "some.sql").write_text("select 1")
    monkeypatch.setattr(statements, "FOLDER", tmp_path)
    with pytest.raises(BadRequest, match=r"some\.sql: the first line must tell the grain"):
        statements.statements("odd")


def test_an_unknown_query_names_those_that_exist() -> None:
    with pytest.raises(BadRequest, match=r"no query 'batch'.*ledger/batches, ledger/stage_runs"):
        statements.statement("batch")
