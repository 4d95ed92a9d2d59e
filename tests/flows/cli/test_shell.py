"""The interactive shell: help, errors with DuckDB's hints, lines that are kept, names that are completed."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
import time
from pathlib import Path

import pytest

from flows.cli.line_editing import HISTORY, Completer
from flows.cli.shell import shell
from tests.flows.nights import ROOT
from tests.warehouse import books


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a warehouse's folder with a published file of the hand-made books, and an older one beside it."""
    folder = tmp_path_factory.mktemp("shell")
    with books.open_here(folder) as warehouse:
        books.write(warehouse)
        warehouse.publish(warehouse.ledger.start("run", "hand"))
        warehouse.rows("update backtest.runs set scenario = 'renamed'")
        warehouse.publish(warehouse.ledger.start("run", "hand"), keep=1)
    return folder


def converse(where: Path, *lines: str) -> str:
    answers: list[str] = []
    script = iter(lines)

    def read(prompt: str) -> str:
        line = next(script, None)
        if line is None:
            raise EOFError
        return line

    shell(where, read, answers.append)
    return "\n".join(answers)


@pytest.mark.parametrize("word", ["help", "help;"])
def test_help_tells_what_there_is_to_start_with(published: Path, word: str) -> None:
    text = converse(published, word)
    assert "describe runs;" in text
    lines = text.partition("To start with:")[2].splitlines()
    rows = dict(line.split(maxsplit=1) for line in lines if line[:1].strip())  # a row that folds goes on further in
    assert rows["skipped"].startswith("one order that bars reached")
    assert {"runs", "fills", "days", "months", "years", "skipped", "income", "orders"} <= set(rows)
    assert "lots" not in rows, "what has no view for people is in .tables"


def test_an_error_shows_what_may_be_meant_and_where_and_costs_one_statement(published: Path) -> None:
    text = converse(published, "select cagrr from runs;", "select 40 + 2 as answer;")
    lines = text.splitlines()
    place = lines.index("LINE 1: select cagrr from runs")
    assert lines[place - 1].startswith('Candidate bindings: "cagr"')
    assert lines[place + 1] == "               ^^^^^"
    assert "42" in text


def test_a_file_of_an_older_night_can_be_asked(published: Path) -> None:
    [older] = published.glob("results-*.duckdb")
    assert "by hand" in converse(older, "select scenario from runs;")
    assert "renamed" in converse(published, "select scenario from runs;")
    command = [sys.executable, "-m", "flows.cli", "sql", "from runs select scenario", "--file"]
    for file, code, words in (
        (older, 0, "by hand"),
        (published / "results-1.duckdb", 2, f"beside it lie {older.name}"),
    ):
        done = subprocess.run([*command, str(file)], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == code, done.stderr
        assert words in done.stdout + done.stderr


TABLES = {"fills": ["run_id", "costs"], "runs": ["run_id", "cagr", "calmar"], "metrics.runs": ["run_id", "sharpe"]}


@pytest.mark.parametrize(
    ("earlier", "before", "word", "names"),
    [
        ("", "from ", "", ["fills", "runs", "metrics.runs"]),
        ("", "from fills join ", "ru", ["runs"]),
        ("", "describe ", "METRICS.", ["metrics.runs"]),
        ("", "from runs select ", "ca", ["cagr", "calmar", "case"]),
        ("from fills", "select ", "co", ["costs", "count"]),
        ("", "from metrics.runs select ", "sh", ["sharpe"]),
        ("", "from metrics.runs select ", "ca", ["case"]),  # runs is another table
        ("", "from runs as r select ", "r.ca", ["r.cagr", "r.calmar"]),
        ("", "select ", "shar", ["sharpe"]),  # the from comes later
        ("", "", "sel", ["select"]),
        ("", "from ", "nothing", []),
    ],
)
def test_what_a_tab_completes(earlier: str, before: str, word: str, names: list[str]) -> None:
    completer = Completer(TABLES)
    completer.earlier = earlier
    assert completer.candidates(before, word) == names


class Typist:
    """Types at a terminal of its own, and reads what stands on it."""

    def __init__(self, folder: Path) -> None:
        self.descriptor, end = pty.openpty()
        environ = {**os.environ, "TERM": "dumb", "PYTHONPATH": str(ROOT), "COLUMNS": "80"}
        command = [sys.executable, "-m", "flows.cli", "sql", "--warehouse", str(folder)]
        self.process = subprocess.Popen(command, stdin=end, stdout=end, stderr=end, env=environ, cwd=folder)
        os.close(end)
        self.seen = ""

    def type(self, keys: str, until: str) -> None:
        os.write(self.descriptor, keys.encode())
        self.wait(until)

    def wait(self, until: str) -> None:
        start, patience = len(self.seen), time.monotonic() + 60  # a bound on a shell that hangs, not a measure
        while until not in self.seen[start:] and time.monotonic() < patience:
            if select.select([self.descriptor], [], [], 1.0)[0]:
                self.seen += os.read(self.descriptor, 65536).decode(errors="replace")
        assert until in self.seen[start:], self.seen

    def leave(self) -> None:
        os.write(self.descriptor, b"\x04")
        assert self.process.wait(timeout=60) == 0

    def __enter__(self) -> Typist:
        self.wait("sdengine> ")
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self.descriptor)
        self.process.kill()
        self.process.wait()


def test_lines_are_kept_for_the_owner_alone_and_a_tab_completes(published: Path) -> None:
    with Typist(published) as first:
        first.type("from skip\t select times;\n", "sdengine> ")
        assert "from skipped select times;" in first.seen
        first.leave()
    history = published / HISTORY
    assert history.stat().st_mode & 0o777 == 0o600
    assert history.read_text().splitlines() == ["from skipped select times;"]
    with Typist(published) as second:
        second.type("\x10", "from skipped select times;")  # Ctrl-P: the line before
        second.type("\n", "sdengine> ")
        second.leave()


def test_where_lines_cannot_be_kept_the_shell_says_so_and_goes_on(published: Path, tmp_path: Path) -> None:
    for file in published.glob("results.duckdb"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    (tmp_path / "elsewhere").write_text("secret\n")
    (tmp_path / HISTORY).symlink_to(tmp_path / "elsewhere")
    with Typist(tmp_path) as typist:
        assert "what you type is not kept" in typist.seen
        typist.type("select 40 + 2 as answer;\n", "sdengine> ")
        assert "    42" in typist.seen
        typist.leave()
    assert (tmp_path / "elsewhere").read_text() == "secret\n"
