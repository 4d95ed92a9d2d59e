"""A warehouse or published file that is gone, broken, foreign, held or only to be read: every verb says what helps."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner

from flows.cli.app import app
from tests.flows.doors.calling import (
    DATA,
    DIFF,
    EXPLAIN,
    ORDERS,
    PLAN,
    REPAIR,
    RETRY,
    RUN,
    SQL,
    STATUS,
    Call,
)
from tests.flows.nights import BASE

WRITERS: tuple[tuple[str, ...], ...] = (RUN, PLAN, RETRY)
READERS: tuple[tuple[str, ...], ...] = (SQL, ORDERS, EXPLAIN, DIFF)
"""They read what was published, and do not care for the work file."""
LEDGER: tuple[tuple[str, ...], ...] = (STATUS, DATA)
"""They read the work file, or else what was published."""


def half(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def foreign(path: Path) -> None:
    path.unlink()
    duckdb.connect(str(path)).execute("create table somebodys (i integer)").close()


def newer(path: Path) -> None:
    duckdb.connect(str(path)).execute("update ops.migrations set version = 999").close()


def altered(path: Path) -> None:
    duckdb.connect(str(path)).execute("alter table raw.bars drop column volume").close()


WORK_FILES: dict[str, tuple[Callable[[Path], object], str, bool]] = {
    "gone": (lambda work: work.unlink(), "`sdengine repair` builds it anew", True),
    "empty": (lambda work: os.truncate(work, 0), "`sdengine repair` builds it anew", True),
    "cut in half": (half, "`sdengine repair` builds it anew", True),
    "text": (lambda work: work.write_text("no database " * 999), "`sdengine repair` builds it anew", True),
    "another program's": (foreign, "`sdengine repair` puts it aside", True),
    "altered": (altered, "`sdengine repair` builds it anew", True),
    "of a later version": (newer, "update the program", False),
}


@pytest.mark.parametrize("what", WORK_FILES)
def test_a_work_file_that_cannot_be_used(call: Call, home: Path, what: str) -> None:
    """Who writes says what helps, who reads goes on with what was published, and `repair` brings all of it back."""
    spoil, remedy, mended = WORK_FILES[what]
    before = call(home, *SQL).out
    spoil(home / "data" / "work.duckdb")
    for verb in WRITERS:
        said = call(home, *verb)
        assert (verb, said.code, said.out) == (verb, 1, "")
        assert str(home / "data" / "work.duckdb") in said.err
        assert remedy in said.err
        assert len(said.err.strip().splitlines()) == 1
    for verb in (*READERS, *LEDGER):
        said = call(home, *verb)
        assert (verb, said.code) == (verb, 0)
        assert said.out
    said = call(home, *REPAIR)
    assert said.code == (0 if mended else 1)
    if not mended:
        assert remedy in said.err
        return
    assert "80 bars and 8 runs" in said.out
    assert "results.duckdb" in said.out
    assert ("kept      the old file" in said.out) == (what != "gone")
    assert call(home, *REPAIR).out.strip().endswith("is sound: nothing to repair")
    done = call(home, *RUN)
    assert done.code == 0
    assert "4 scenarios unchanged" in done.err, "nothing that was published has to be computed again"
    assert call(home, *SQL).out == before


RESULTS_FILES: dict[str, tuple[Callable[[Path], object], str]] = {
    "gone": (lambda results: results.unlink(), "no published"),
    "cut in half": (half, "the next `sdengine run` publishes it anew"),
    "text": (lambda results: results.write_text("no database " * 999), "the next `sdengine run` publishes it anew"),
}


@pytest.mark.parametrize("what", RESULTS_FILES)
def test_a_published_file_that_is_damaged_or_touched_is_made_anew_by_an_idle_run(
    call: Call, home: Path, what: str
) -> None:
    spoil, remedy = RESULTS_FILES[what]
    before = call(home, *SQL).out
    spoil(home / "data" / "results.duckdb")
    for verb in READERS:
        said = call(home, *verb)
        if said.code == 0:  # what it asks for lies before the damage, and DuckDB has proved it by its checksum
            assert what == "cut in half"
            continue
        assert (verb, said.code, said.out) == (verb, 1, "")
        assert str(home / "data" / "results.duckdb") in said.err
        assert remedy in said.err or verb == DIFF
    for verb in LEDGER:
        assert call(home, *verb).code == 0
    done = call(home, *RUN)
    assert done.code == 0
    assert ("published anew" in done.err) == (what != "gone")
    assert call(home, *SQL).out == before


def test_rows_that_somebody_changed_in_the_published_file_do_not_stay(call: Call, home: Path) -> None:
    before = call(home, *SQL).out
    duckdb.connect(str(home / "data" / "results.duckdb")).execute("delete from metrics.runs").close()
    assert call(home, *SQL).out != before
    assert "published anew" in call(home, *RUN).err
    assert call(home, *SQL).out == before
    assert "published anew" not in call(home, *RUN).err


def test_a_published_file_of_an_older_version_says_so_where_it_lacks_what_is_asked(call: Call, home: Path) -> None:
    con = duckdb.connect(str(home / "data" / "results.duckdb"))
    con.execute("drop view metrics.ranking")
    con.execute("drop table backtest.orders")
    con.execute("update ops.migrations set version = 1")
    con.close()
    said = call(home, *ORDERS)
    assert said.code == 1
    assert "of an older version" in said.err
    assert "`sdengine run`" in said.err


@contextmanager
def another_program(path: Path) -> Iterator[int]:
    """Hold a file as a DuckDB of somebody else's does."""
    code = "import duckdb, sys\ncon = duckdb.connect(sys.argv[1])\nprint('held', flush=True)\nsys.stdin.read()"
    child = subprocess.Popen([sys.executable, "-c", code, str(path)], stdout=-1, stdin=-1, text=True)
    try:
        assert child.stdout is not None
        assert child.stdout.readline() == "held\n"
        yield child.pid
    finally:
        child.communicate("")


def test_a_work_file_that_another_program_holds(call: Call, home: Path) -> None:
    with another_program(home / "data" / "work.duckdb") as pid:
        for verb in (*WRITERS, REPAIR):
            said = call(home, *verb)
            assert (verb, said.code) == (verb, 1)
            assert f"PID {pid}" in said.err
        for verb in (*READERS, *LEDGER):
            assert (verb, call(home, *verb).code) == (verb, 0)
    assert call(home, *RUN).code == 0


def test_a_published_file_that_another_program_holds_does_not_stop_a_night(call: Call, home: Path) -> None:
    (home / "scenarios" / "new.toml").write_text(BASE.format(sd_n=5))
    with another_program(home / "data" / "results.duckdb") as pid:
        said = call(home, *SQL)
        assert said.code == 1
        assert f"PID {pid}" in said.err
        assert call(home, *RUN).code == 0
        assert "new" in call(home, *SQL).out.split()


def test_metrics_alone_on_an_empty_warehouse_publish_nothing(call: Call, home: Path) -> None:
    before = call(home, *SQL).out
    (home / "data" / "work.duckdb").unlink()
    assert call(home, *RUN, "--only", "metrics").code == 1
    assert call(home, *SQL).out == before
    shutil.rmtree(home / "data")
    said = call(home, *RUN, "--only", "metrics")
    assert said.code == 0
    assert "nothing is published: there is no run yet" in said.out
    assert not (home / "data" / "results.duckdb").exists()


def test_an_output_is_written_whole_or_refused(call: Call, home: Path, tmp_path: Path) -> None:
    kept_night = next((home / "data").glob("results-*")).name
    for name in ("work.duckdb", "results.duckdb", "work.lock", "work.duckdb.wal", kept_night):
        said = call(home, *SQL, "--output", str(home / "data" / name))
        assert said.code == 2
        assert "this is a file of a warehouse" in said.err
    (tmp_path / "innocent.csv").symlink_to(home / "data" / "work.duckdb")
    assert call(home, *SQL, "--format", "csv", "--output", str(tmp_path / "innocent.csv")).code == 2
    assert "this is a folder" in call(home, *SQL, "--output", str(tmp_path)).err
    assert "--output -: without --output" in call(home, *SQL, "--output", "-").err
    said = call(home, *SQL, "--format", "csv", "--output", str(tmp_path / "no" / "folder.csv"))
    assert (said.code, said.err.count("\n")) == (1, 1)
    assert f"cannot write {tmp_path / 'no' / 'folder.csv'}" in said.err
    kept = tmp_path / "kept.csv"
    kept.write_text("what was there")
    said = call(home, "sql", "select [1, 2] as a", "--format", "csv", "--output", str(kept))
    assert said.code == 2
    assert "csv cannot hold the type list" in said.err
    assert kept.read_text() == "what was there"
    assert call(home, *SQL, "--format", "csv", "--output", str(kept)).code == 0
    assert kept.read_text().startswith("scenario\n")
    assert call(home, *SQL, "--output", "/dev/full").code == 1
    assert sorted(path.name for path in tmp_path.iterdir() if path.name.startswith(".")) == []


@pytest.mark.parametrize(
    "query",
    [
        "select [1, 2] as a",
        "select {'a': 1} as a",
        "select map {'a': 1} as a",
        "select interval 3 months as a",
        "select 'infinity'::date as a",
        "select '-infinity'::timestamp as a",
        "select '\\xAA'::blob as a",
        "select union_value(k := 1) as a",
        "select 1::bignum as a",
        "",
        "   ;",
        "select error('\x1b[31m')",
        "x" * 9000,
    ],
)
def test_any_answer_has_a_form_or_a_sentence(call: Call, home: Path, query: str) -> None:
    for form in ("table", "csv", "json"):
        said = call(home, "sql", query, "--format", form)
        assert said.code in (0, 2)
        assert "\x1b" not in said.text
        assert "panicked" not in said.err
        assert len(said.err) < 5000


def test_a_terminal_without_our_letters_gets_others(home: Path) -> None:
    from tests.flows.nights import command

    (home / "scenarios" / "bad.toml").write_text("description = 'Zürich'\n")
    done = command(home, *RUN, environ={"PYTHONIOENCODING": "ascii"}, check=1)
    assert "Traceback" not in done.stderr
    assert "bad: " in done.stderr
    for environ in ({"PYTHONIOENCODING": "ascii"}, {"PYTHONIOENCODING": "latin-1"}, {"LC_ALL": "C", "PYTHONUTF8": "0"}):
        listed = command(home, "scenarios", environ=environ, check=1)
        assert "Traceback" not in listed.stderr
        assert "----" in listed.stdout or "────" in listed.stdout


def test_who_may_only_read_reads(home: Path) -> None:
    """By its mode; for root, by a mount of the child's own."""
    from tests.flows.nights import environment

    verbs = ("sql 'from metrics.runs'", "orders", "explain full 2024-01-10 SAW", "diff", "status", "data", "plan")
    script = "".join(f"{sys.executable} -m flows.cli {verb} || exit 1\n" for verb in verbs)
    command = ["sh", "-c", script]
    if os.geteuid() == 0:
        mount = 'mount --bind "$1" "$1" && mount -o remount,bind,ro "$1" && shift && exec "$@"'
        command = ["unshare", "-m", "sh", "-c", mount, "sh", str(home), *command]
        if subprocess.run([*command[:7], "true"], capture_output=True, check=False).returncode:
            pytest.skip("root may write everywhere, and mounts are not allowed here")
    for path in (home / "data").iterdir():
        path.chmod(0o400)
    (home / "data").chmod(0o500)
    done = subprocess.run(command, env=environment(home), capture_output=True, text=True, check=False)
    (home / "data").chmod(0o700)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    assert "0 due" in done.stdout or "a local source is read again" in done.stdout


def test_where_there_is_no_warehouse_there_is_nothing_to_repair_and_none_is_made(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["repair", "--warehouse", str(tmp_path / "nowhere")])
    assert done.exit_code == 1
    assert "there is no warehouse in" in done.stderr
    assert not (tmp_path / "nowhere").exists()
